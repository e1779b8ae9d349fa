/** What is worked out once from each state of a DaemonSet, instead of for every node. */
import type { DaemonSet } from '../kube/objects.ts';
import type { Settings } from '../profile.ts';
import { canonicalJson } from './canonical-json.ts';
import { compileRules, type Rules } from './eligibility.ts';
import { numericVersion } from './pod-facts.ts';
import { hostPorts } from './rollout/host-ports.ts';
import { templateKey } from './template-equality.ts';

/** Depends on the spec alone. */
export interface Reading {
  readonly rules: Rules;
  /** The template, to be compared by meaning. */
  readonly key: string;
  /** The ports of the host that the template takes. */
  readonly hostPorts: readonly number[];
}

/** Costs about as much as serialising the template. */
export function read(daemonSet: DaemonSet, settings: Settings): Reading {
  const { template } = daemonSet.spec;
  return { rules: compileRules(daemonSet, settings), key: templateKey(template), hostPorts: hostPorts(template.spec) };
}

/** Whether `next` is an older state than `before`; unknown versions are taken in the order they come. */
export function isOlder(next: DaemonSet, before: DaemonSet): boolean {
  const a = numericVersion(next.metadata.resourceVersion);
  const b = numericVersion(before.metadata.resourceVersion);
  return a !== undefined && b !== undefined && a < b;
}

/** The API raises the generation with every change of the spec; without one the specs themselves are compared. */
export function sameSpec(a: DaemonSet, b: DaemonSet): boolean {
  if (a.spec === b.spec) return true;
  if (a.metadata.generation !== undefined && b.metadata.generation !== undefined) {
    return a.metadata.generation === b.metadata.generation;
  }
  return canonicalJson(a.spec) === canonicalJson(b.spec);
}
