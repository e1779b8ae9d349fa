/** Waits for the signals that tell a command to stop; a second one ends the process at once. */
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals this close together, in milliseconds, are one: Ctrl-C reaches a process from the terminal and from every launcher above it. */
const ECHO = 300;

export interface StopSignal {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Resolves with the first signal's name. */
  readonly received: Promise<NodeJS.Signals>;
}

/** Takes the signals over from now on. */
export function listenForStop(): StopSignal {
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let first = 0;
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (!abort.signal.aborted) {
        first = performance.now();
        abort.abort();
        resolve(name);
      } else if (performance.now() - first > ECHO) process.exit(128 + constants.signals[name]);
    });
  }
  return { signal: abort.signal, received: promise };
}
