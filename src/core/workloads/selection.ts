/** Label selectors of stored workloads, compiled once each. */
import type { Labels } from '../kube/labels.ts';
import type { LabelSelector } from '../kube/objects.ts';
import { compileSelector } from '../kube/selector.ts';

type Test = (labels: Labels | undefined) => boolean;

/** Stored selectors never change. */
const compiled = new WeakMap<LabelSelector, Test>();

/** Whether the selector covers the labels; an absent one covers nothing, an empty one everything. */
export function covers(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (!selector) return false;
  let test = compiled.get(selector);
  if (!test) {
    test = compileSelector(selector);
    compiled.set(selector, test);
  }
  return test(labels);
}
