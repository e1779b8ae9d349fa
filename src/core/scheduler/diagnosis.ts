/** Why no node takes a pod, and the sentence upstream makes of it (`framework.FitError`). */
import type { FilterName, Rejection } from './rejection.ts';

export interface Diagnosis {
  /** Nodes of the cluster. */
  readonly total: number;
  /** By node; nodes that were not looked at are absent. */
  readonly rejections: ReadonlyMap<string, Rejection>;
  /** What is said of each node that was not looked at. */
  readonly absent: string;
  /** Said instead of everything else where no node could be right whatever it is like. */
  readonly beforehand?: string;
}

/** What is said of the other nodes where a pod names some. */
export const NOT_NAMED = "node(s) didn't satisfy plugin(s) [NodeAffinity]";

/**
 * `0/4 nodes are available: 1 Too many pods, 3 Insufficient cpu.`; `after` follows as it is. Reasons are sorted as texts, their
 * counts included, as upstream sorts them. There is nothing of resource claims in it, for no device classes are served.
 */
export function fitError({ total, rejections, absent, beforehand }: Diagnosis, after = ''): string {
  let text = `0/${total} nodes are available:`;
  if (beforehand !== undefined) text += ` ${beforehand}.`;
  else {
    const counts = new Map<string, number>();
    for (const { reasons } of rejections.values())
      for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const others = total - rejections.size;
    if (others > 0) counts.set(absent, (counts.get(absent) ?? 0) + others);
    const listed = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
    if (listed.length > 0) text += ` ${listed.join(', ')}.`;
  }
  return after === '' ? text : `${text} ${after}`;
}

/** The filters that refused a node: what must change before another try is worth it. */
export function refusers({ rejections, total, beforehand }: Diagnosis): Set<FilterName> {
  const names = new Set<FilterName>();
  for (const { filter } of rejections.values()) names.add(filter);
  if (beforehand !== undefined || rejections.size < total) names.add('NodeAffinity');
  return names;
}
