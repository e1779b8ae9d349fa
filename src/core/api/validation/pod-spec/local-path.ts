/** Paths that must stay inside a volume: relative, and without steps back. */
import type { Cause } from '../../api-error.ts';
import { invalidValue } from '../field-error.ts';
import type { Path } from '../path.ts';

/** Whether some element of the path is `..`. */
export function hasBackstep(path: string): boolean {
  return path.includes('..') && path.split('/').includes('..');
}

/** No `..` element; said once however many there are. */
export function validateNoBacksteps(path: string, at: Path, out: Cause[]): void {
  if (hasBackstep(path)) out.push(invalidValue(at, path, "must not contain '..'"));
}

/** Relative, without `..`. */
export function validateDescending(path: string, at: Path, out: Cause[]): void {
  if (path.startsWith('/')) out.push(invalidValue(at, path, 'must be a relative path'));
  validateNoBacksteps(path, at, out);
}

/** The same, and not beginning with `..` at all: such names are the kubelet's own. */
export function validateNonReserved(path: string, at: Path, out: Cause[]): void {
  validateDescending(path, at, out);
  if (path.startsWith('..') && !path.startsWith('../')) out.push(invalidValue(at, path, "must not start with '..'"));
}
