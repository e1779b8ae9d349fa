/** When an image is pulled. */
import type { Cause } from '../../api-error.ts';
import { notSupported, required } from '../field-error.ts';
import type { Path } from '../path.ts';

const POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** Required, and one of three. */
export function validatePullPolicy(policy: string | undefined, at: Path, out: Cause[]): void {
  if (!policy) out.push(required(at));
  else if (!POLICIES.includes(policy)) out.push(notSupported(at, policy, POLICIES));
}
