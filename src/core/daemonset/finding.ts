/** What one condition of a DaemonSet says now. */

/** `reason` in CamelCase, `message` for people; without instants, so that it changes only with the facts. */
export interface Finding {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}
