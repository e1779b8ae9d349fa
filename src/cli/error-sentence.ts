/** Turns any error into one sentence for the user and an exit code. */
import { ApiError } from '../core/api/api-error.ts';
import { DataDirectoryError, type StoreFault } from '../server/store/faults.ts';
import { CommandError, EXIT } from './exit-codes.ts';

const BY_FAULT: Record<StoreFault, number> = {
  'in-use': EXIT.inUse,
  'newer-format': EXIT.newerFormat,
  foreign: EXIT.damaged,
  corrupt: EXIT.damaged,
  'disk-full': EXIT.noSpace,
  permission: EXIT.noSpace,
  'not-a-directory': EXIT.noSpace,
  unreadable: EXIT.damaged,
};

/** System errors that say the disk takes no more, or not from this user. */
const NOT_WRITABLE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space and try again',
  EDQUOT: 'the disk quota is used up: free some space and try again',
  EACCES: 'is not accessible for this user: change its owner or mode',
  EPERM: 'is not accessible for this user: change its owner or mode',
  EROFS: 'lies on a disk that is mounted read-only',
};

/** The exit code that stands for an error; see `EXIT`. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof DataDirectoryError) return BY_FAULT[error.fault];
  if (error instanceof ApiError) {
    const full = error.status.details?.causes?.some(({ reason }) => reason === 'StorageFull');
    return full ? EXIT.noSpace : EXIT.unreachable;
  }
  if (isConnectionError(error)) return EXIT.unreachable;
  return notWritable(error) ? EXIT.noSpace : EXIT.failed;
}

/** What goes to stderr. Only an error nobody expected shows where it came from, and only with `EVERYNODE_LOG=debug`. */
export function sentenceOf(error: unknown, debug = process.env.EVERYNODE_LOG === 'debug'): string {
  if (!(error instanceof Error)) return String(error);
  const expected = error instanceof CommandError || error instanceof DataDirectoryError || error instanceof ApiError;
  if (expected || isConnectionError(error)) return error.message;
  if (debug) return error.stack ?? error.message;
  const unwritable = notWritable(error);
  if (unwritable) return unwritable;
  const { path } = error as NodeJS.ErrnoException;
  if (path !== undefined) return error.message;
  return `${error.message.split('\n')[0]} (an error nobody expected; EVERYNODE_LOG=debug shows where it comes from)`;
}

function notWritable(error: unknown): string | undefined {
  const { code = '', path } = error as NodeJS.ErrnoException;
  const why = NOT_WRITABLE[code];
  return why === undefined ? undefined : `${path ?? 'a file'}: ${why}`;
}

/** Errors of the client, which the command line knows by name: it loads the client only where it is needed. */
function isConnectionError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ConnectionError' || error.name === 'KubeconfigError');
}
