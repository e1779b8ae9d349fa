/** Which of the nodes that could be cleared is cleared (upstream preemption `pickOneNodeForPreemption`). */
import { startOf } from '../pod-info.ts';
import type { Candidate } from './victims.ts';

/** So that a sum of priorities grows with every victim, however low its priority. */
const ABOVE_LOWEST = 2 ** 31;

/** Each is better where it is smaller; the next decides only among equals. */
const CRITERIA: readonly ((candidate: Candidate) => number)[] = [
  ({ breaking }) => breaking,
  ({ victims }) => victims[0]?.priority ?? 0,
  ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + ABOVE_LOWEST, 0),
  ({ victims }) => victims.length,
  (candidate) => -earliestStart(candidate),
];

/** The best candidate; the first among equals. `undefined` only where there is none. */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const criterion of CRITERIA) {
    if (left.length <= 1) break;
    const values = left.map(criterion);
    const least = Math.min(...values);
    left = left.filter((_, i) => values[i] === least);
  }
  return left[0];
}

/** When the first of the most important victims started: the later, the less is lost. */
function earliestStart({ victims }: Candidate): number {
  const highest = victims[0]?.priority;
  return Math.min(...victims.filter(({ priority }) => priority === highest).map(startOf));
}
