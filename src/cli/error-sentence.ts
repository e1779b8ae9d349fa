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

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof DataDirectoryError) return BY_FAULT[error.fault];
  if (error instanceof ApiError || isConnectionError(error)) return EXIT.unreachable;
  return EXIT.failed;
}

export function sentenceOf(error: unknown): string {
  if (
    error instanceof CommandError ||
    error instanceof DataDirectoryError ||
    error instanceof ApiError ||
    isConnectionError(error)
  ) {
    return (error as Error).message;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Errors of the client, which the command line knows by name: it loads the client only where it is needed. */
function isConnectionError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ConnectionError' || error.name === 'KubeconfigError');
}
