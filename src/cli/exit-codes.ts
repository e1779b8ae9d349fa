/** The exit codes of every command, and how an error becomes one. Documented in docs/reference/exit-codes.md. */

export const EXIT = {
  /** Done. */
  ok: 0,
  /** The command failed; the sentence on stderr says why. */
  failed: 1,
  /** The command line or a file given on it is wrong. */
  usage: 2,
  /** The port is taken. */
  portTaken: 3,
  /** The data directory is in use by another process. */
  inUse: 4,
  /** The data directory was written by a newer version. */
  newerFormat: 5,
  /** The database is damaged or not ours. */
  damaged: 6,
  /** The disk is full, or the data directory cannot be written. */
  noSpace: 7,
  /** The cluster cannot be reached, or it refused. */
  unreachable: 8,
} as const;

/** An error that is one clear sentence for the user and the code to exit with. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
