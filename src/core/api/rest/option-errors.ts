/** Refusals of request options: `CreateOptions.meta.k8s.io "" is invalid: …`. */
import type { Cause } from '../api-error.ts';
import { invalid, notSupported } from '../validation/field-error.ts';

/** Throws the 422 of `kind` (`ListOptions`, …) when there are causes. */
export function refuseOptions(kind: string, causes: readonly Cause[]): void {
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', causes);
}

/** `dryRun` may be absent or hold `All` alone. */
export function dryRunCauses(values: readonly string[]): Cause[] {
  return values.every((value) => value === 'All') ? [] : [notSupported('dryRun', values, ['All'])];
}
