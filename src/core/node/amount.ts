/** Amounts as a kubelet compares them: whole numbers, cpu in thousandths, everything else in its own unit. */
import type { PodSpec, ResourceList } from '../kube/objects.ts';
import { podRequests } from '../kube/pod-resources.ts';
import { quantityToNumber, tryQuantity } from '../kube/quantity.ts';

/** Resource name to amount: cpu in milli, memory in bytes, others in units. */
export type Amounts = Readonly<Record<string, number>>;

/** The whole number a quantity stands for, rounded up; `undefined` where the text is none. */
export function parseQuantityNumber(text: string): number | undefined {
  const quantity = tryQuantity(text);
  return quantity && quantityToNumber(quantity, 'whole');
}

/** What a pod takes of a node: its requests, and one of `pods`. */
export function podAmounts(spec: PodSpec): Amounts {
  const amounts: Record<string, number> = { pods: 1 };
  for (const [name, quantity] of podRequests(spec))
    amounts[name] = quantityToNumber(quantity, name === 'cpu' ? 'milli' : 'whole');
  return amounts;
}

/** A node's `allocatable` in the same terms. */
export function listAmounts(list: ResourceList | undefined): Amounts {
  const amounts: Record<string, number> = {};
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = tryQuantity(text);
    if (quantity) amounts[name] = quantityToNumber(quantity, name === 'cpu' ? 'milli' : 'whole');
  }
  return amounts;
}
