/** `IntOrString` numbers: an absolute count, or a percentage of a total. */
import type { IntOrString } from './objects.ts';

/**
 * The count a value stands for. Integers are taken as they are; a percentage is of `total`, rounded `up` or `down`
 * (upstream `intstr.GetScaledValueFromIntOrPercent`). Throws where a text is no percentage.
 */
export function scaleIntOrPercent(value: IntOrString, total: number, rounding: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  if (!value.endsWith('%')) {
    throw new Error('invalid value for IntOrString: invalid type: string is not a percentage');
  }
  const digits = value.slice(0, -1);
  if (!/^[+-]?[0-9]+$/.test(digits)) throw new Error(`invalid value for IntOrString: invalid value ${JSON.stringify(value)}`);
  const product = Number(digits) * total;
  return rounding === 'up' ? Math.ceil(product / 100) : Math.floor(product / 100);
}
