/** What a Node must keep to (upstream pkg/apis/core/validation, `ValidateNode` and `ValidateNodeUpdate`). */
import { labelValueProblems } from '../../kube/labels.ts';
import type { Node, ResourceList, Taint } from '../../kube/objects.ts';
import { formatQuantity, quantityToNumber, tryQuantity } from '../../kube/quantity.ts';
import type { Cause } from '../api-error.ts';
import { duplicate, forbiddenValue, invalidValue, notSupported, required } from '../validation/field-error.ts';
import { NOT_NEGATIVE } from '../validation/formats.ts';
import { validateLabelName } from '../validation/labels.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { METADATA, type Path, SPEC, STATUS } from '../validation/path.ts';
import { isInteger } from '../validation/pod-spec/resource-names.ts';
import { cidrFamily, cidrProblems } from './cidr.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const TAINTS = METADATA.child('taints');

/** A new node; updates of the main resource run it again. */
export function validateNode(node: Node): Cause[] {
  const out = validateObjectMeta(node.metadata, { namespaced: false });
  validateTaints(node.spec?.taints ?? [], out);
  validateResources(node, out);
  validatePodCidrs(node.spec?.podCIDRs ?? [], SPEC.child('podCIDRs'), out);
  return out;
}

/** What an update, of the status too, may not change. */
export function validateNodeUpdate(next: Node, old: Node): Cause[] {
  const out = validateObjectMetaUpdate(next.metadata, old.metadata);
  validateResources(next, out);
  validateAddresses(next, out);
  const before = old.spec?.podCIDRs ?? [];
  const after = next.spec?.podCIDRs ?? [];
  const changed = before.length !== after.length ? 1 : before.filter((cidr, i) => cidr !== after[i]).length;
  if (before.length > 0) {
    const rule = 'node updates may not change podCIDR except from "" to valid';
    for (let i = 0; i < changed; i++) out.push(forbiddenValue(SPEC.child('podCIDRs'), rule));
  }
  if (old.spec?.providerID && old.spec.providerID !== next.spec?.providerID) {
    out.push(forbiddenValue('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  validateTaints(next.spec?.taints ?? [], out);
  if (externalId(next) !== externalId(old)) out.push(forbiddenValue('spec.externalID', 'may not be updated'));
  return out;
}

function externalId({ spec }: Node): string {
  return (spec as { externalID?: string } | undefined)?.externalID ?? '';
}

function validateTaints(taints: readonly Taint[], out: Cause[]): void {
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const at = TAINTS.index(i);
    const { key = '', value = '', effect = '' } = taint;
    validateLabelName(key, at.child('key'), out);
    const problems = labelValueProblems(value);
    if (problems.length > 0) out.push(invalidValue(at.child('value'), value, problems.join(';')));
    if (effect === '') out.push(required(at.child('effect')));
    else if (!EFFECTS.includes(effect)) out.push(notSupported(at.child('effect'), effect, EFFECTS));
    const identity = `${effect}/${key}`;
    if (seen.has(identity)) {
      const printed = { Key: key, Value: value, Effect: effect, TimeAdded: taint.timeAdded ?? null };
      out.push(duplicate(at, printed, 'taints must be unique by key and effect pair'));
    }
    seen.add(identity);
  }
}

function validateResources({ status }: Node, out: Cause[]): void {
  validateQuantities(status?.capacity, STATUS.child('capacity'), out);
  validateQuantities(status?.allocatable, STATUS.child('allocatable'), out);
}

function validateQuantities(list: ResourceList | undefined, at: Path, out: Cause[]): void {
  for (const name in list) {
    const quantity = tryQuantity(list[name] ?? '0');
    if (!quantity) continue;
    const text = formatQuantity(quantity);
    if (quantity.value < 0n) out.push(invalidValue(at.child(name), text, NOT_NEGATIVE));
    if (isInteger(name) && quantityToNumber(quantity, 'milli') % 1000 !== 0)
      out.push(invalidValue(at.child(name), text, 'must be an integer'));
  }
}

function validateAddresses({ status }: Node, out: Cause[]): void {
  const seen = new Set<string>();
  for (const [i, { type, address }] of (status?.addresses ?? []).entries()) {
    const identity = `${type} ${address}`;
    if (seen.has(identity)) out.push(duplicate(STATUS.child('addresses').index(i), { Type: type, Address: address }));
    seen.add(identity);
  }
}

function validatePodCidrs(cidrs: readonly string[], at: Path, out: Cause[]): void {
  for (const [i, cidr] of cidrs.entries()) {
    for (const problem of cidrProblems(cidr)) out.push(invalidValue(at.index(i), cidr, problem));
  }
  if (cidrs.length < 2) return;
  const families = new Set(cidrs.map(cidrFamily));
  const dual = families.has(4) && families.has(6);
  if (!dual || cidrs.length > 2) out.push(invalidValue(at, cidrs, 'may specify no more than one CIDR for each IP family'));
  for (const [i, cidr] of cidrs.entries()) if (cidrs.indexOf(cidr) < i) out.push(duplicate(at.index(i), cidr));
}
