/** Fields that may not be left empty. */
import type { Cause } from '../../api-error.ts';
import { required } from '../field-error.ts';
import type { Path } from '../path.ts';

/** One `Required value` for each of `names` that is absent, an empty text or an empty list. */
export function requireFields(
  object: Readonly<Record<string, unknown>>,
  rule: { at: Path; names: readonly string[] },
  out: Cause[],
): void {
  for (const name of rule.names) {
    const value = object[name];
    const empty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
    if (empty) out.push(required(rule.at.child(name)));
  }
}
