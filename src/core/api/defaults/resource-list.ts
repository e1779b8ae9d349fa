/** Amounts in requests, limits and overhead: kept in whole thousandths, in canonical form. */
import { roundAway } from '../../kube/decimal.ts';
import type { ResourceList } from '../../kube/objects.ts';
import { formatQuantity, tryQuantity } from '../../kube/quantity.ts';

/** Texts that are canonical and no finer than a thousandth as they stand: almost all. */
const PLAIN = /^[1-9]\d{0,2}(?:m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

/** Rounds up to thousandths in place (upstream `SetDefaults_ResourceList`, #18538). Texts that are no quantity stay. */
export function defaultResourceList(list: ResourceList | undefined | null): void {
  for (const name in list) {
    const text = list[name];
    if (text !== undefined && !PLAIN.test(text)) list[name] = roundedUp(text);
  }
}

function roundedUp(text: string): string {
  const quantity = tryQuantity(text);
  if (!quantity) return text;
  if (quantity.scale >= -3) return formatQuantity(quantity);
  const milli = { ...quantity, value: roundAway(quantity.value, -3 - quantity.scale), scale: -3 };
  return formatQuantity(milli);
}
