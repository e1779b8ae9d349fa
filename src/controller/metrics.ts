/** What the controller counts about itself, as plain numbers. */

/** Counters only grow; gauges are functions so that reading them costs nothing until somebody does. */
export interface ControllerMetrics {
  decisions: number;
  /** Runs that ended in an error and are retried. */
  errors: number;
  /** Requests sent on behalf of decisions, by action kind (`create-pod`, …). */
  readonly actions: Record<string, number>;
  /** Requests among them that were refused or got no answer. */
  readonly failures: Record<string, number>;
  statusWrites: number;
  events: { written: number; dropped: number; failed: number };
  /** Milliseconds of the main thread spent deciding, and spent taking events into the fleets. */
  deciding: number;
  observing: number;
  /** The longest single decision in milliseconds. */
  longestDecision: number;
  queueDepth(): number;
}

export function newMetrics(queueDepth: () => number): ControllerMetrics {
  return {
    decisions: 0,
    errors: 0,
    actions: {},
    failures: {},
    statusWrites: 0,
    events: { written: 0, dropped: 0, failed: 0 },
    deciding: 0,
    observing: 0,
    longestDecision: 0,
    queueDepth,
  };
}

/** Adds one to a named counter. */
export function count(counters: Record<string, number>, name: string): void {
  counters[name] = (counters[name] ?? 0) + 1;
}
