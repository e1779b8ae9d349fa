/** OnDelete: people decide when a pod goes (handbook, "OnDelete Strategy"). */
import { NO_STEP, type Step } from './step.ts';

/**
 * Invariants:
 * - No pod goes because it is outdated.
 * - Placement goes on, so that a pod which somebody deletes comes back with the present template; revisions are still recorded.
 */
export function onDelete(): Step {
  return NO_STEP;
}
