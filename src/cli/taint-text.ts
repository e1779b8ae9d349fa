/** Taints and labels as people write them on a command line. */
import { labelKeyProblems, labelValueProblems } from '../core/kube/labels.ts';
import type { Taint, TaintEffect } from '../core/kube/objects.ts';

const EFFECTS: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** The value, or the one sentence why the text is none. */
export type Read<T> = { readonly value: T } | { readonly problem: string };

/** `key=value:Effect` or `key:Effect`, as `kubectl taint` takes it. */
export function parseTaint(text: string): Read<Taint> {
  const colon = text.lastIndexOf(':');
  const effect = text.slice(colon + 1);
  const [key = '', value] = (colon < 0 ? text : text.slice(0, colon)).split(/=(.*)/s);
  if (colon < 0 || !EFFECTS.includes(effect)) {
    return { problem: `taint ${JSON.stringify(text)} needs an effect, one of ${EFFECTS.join(', ')}: write key=value:NoSchedule` };
  }
  const problem = labelKeyProblems(key)[0] ?? (value === undefined ? undefined : labelValueProblems(value)[0]);
  if (problem) return { problem: `taint ${JSON.stringify(text)}: ${problem}` };
  return { value: { key, ...(value ? { value } : {}), effect: effect as TaintEffect } };
}

/** `a=b,c=d`. */
export function parseLabels(text: string): Read<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const [key = '', value] = part.split(/=(.*)/s);
    if (value === undefined) return { problem: `label ${JSON.stringify(part)} has no value: write ${key}=value` };
    const problem = labelKeyProblems(key)[0] ?? labelValueProblems(value)[0];
    if (problem) return { problem: `label ${JSON.stringify(part)}: ${problem}` };
    labels[key] = value;
  }
  return { value: labels };
}
