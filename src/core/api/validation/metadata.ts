/** `metadata` of every kind, on create and on update (upstream `api/validation/objectmeta.go`). */
import { labelKeyProblems } from '../../kube/labels.ts';
import { labelNameProblems, subdomainNameProblems } from '../../kube/names.ts';
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { semanticEqual } from './equality.ts';
import { forbiddenValue, invalidValue, pushProblems, required } from './field-error.ts';
import { IMMUTABLE, NOT_NEGATIVE } from './formats.ts';
import { validateAnnotations, validateLabels } from './labels.ts';
import { METADATA, type Path } from './path.ts';
import { quote } from './print-value.ts';

export interface MetaRules {
  readonly namespaced: boolean;
  /** How names are checked; the default is a DNS-1123 subdomain. */
  nameProblems?(name: string, prefix: boolean): string[];
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Create: names, namespace, labels, annotations, owners, finalizers. Expects a generated name to be filled in. */
export function validateObjectMeta(meta: ObjectMeta, rules: MetaRules, at: Path = METADATA): Cause[] {
  const out: Cause[] = [];
  const nameProblems = rules.nameProblems ?? subdomainNameProblems;
  if (meta.generateName) {
    pushProblems(out, at.child('generateName'), { value: meta.generateName, problems: nameProblems(meta.generateName, true) });
  }
  if (!meta.name) out.push(required(at.child('name'), 'name or generateName is required'));
  else pushProblems(out, at.child('name'), { value: meta.name, problems: nameProblems(meta.name, false) });
  validateNamespace(meta.namespace, { namespaced: rules.namespaced, at: at.child('namespace') }, out);
  if ((meta.generation ?? 0) < 0) out.push(invalidValue(at.child('generation'), meta.generation, NOT_NEGATIVE));
  validateLabels(meta.labels, at.child('labels'), out);
  validateAnnotations(meta.annotations, at.child('annotations'), out);
  validateOwners(meta.ownerReferences, at.child('ownerReferences'), out);
  validateFinalizers(meta.finalizers, at.child('finalizers'), out);
  validateManagedFields(meta.managedFields, at.child('managedFields'), out);
  validateFinalizerKinds(meta.finalizers, at.child('finalizers'), out);
  return out;
}

/** What may not change, and what must still hold. `next` carries the identity and times the REST layer keeps. */
export function validateObjectMetaUpdate(next: ObjectMeta, old: ObjectMeta, at: Path = METADATA): Cause[] {
  const out: Cause[] = [];
  if (old.deletionTimestamp) refuseNewFinalizers(next.finalizers ?? [], { old: old.finalizers ?? [], at }, out);
  if ((next.generation ?? 0) < (old.generation ?? 0)) {
    out.push(invalidValue(at.child('generation'), next.generation ?? 0, 'must not be decremented'));
  }
  for (const field of KEPT) {
    if (!semanticEqual(next[field], old[field])) out.push(invalidValue(at.child(field), next[field], IMMUTABLE));
  }
  validateLabels(next.labels, at.child('labels'), out);
  validateAnnotations(next.annotations, at.child('annotations'), out);
  validateOwners(next.ownerReferences, at.child('ownerReferences'), out);
  validateManagedFields(next.managedFields, at.child('managedFields'), out);
  validateFinalizerKinds(next.finalizers, at.child('finalizers'), out);
  return out;
}

const KEPT = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

/** A qualified name, or one of the finalizers that have none. */
export function validateFinalizerName(name: string, at: Path, out: Cause[]): void {
  pushProblems(out, at, { value: name, problems: labelKeyProblems(name) });
}

function validateNamespace(namespace: string | undefined, rule: { namespaced: boolean; at: Path }, out: Cause[]): void {
  if (!rule.namespaced) {
    if (namespace) out.push(forbiddenValue(rule.at, 'not allowed on this type'));
  } else if (!namespace) out.push(required(rule.at));
  else pushProblems(out, rule.at, { value: namespace, problems: labelNameProblems(namespace, false) });
}

function validateOwners(owners: readonly OwnerReference[] | undefined, at: Path, out: Cause[]): void {
  let first: string | undefined;
  for (const owner of owners ?? []) {
    validateOwner(owner, at, out);
    if (!owner.controller) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (first === undefined) first = name;
    else {
      const rule = 'Only one reference can have Controller set to true. Found "true" in references for';
      out.push(invalidValue(at, (owners ?? []).map(printedOwner), `${rule} ${first} and ${name}`));
    }
  }
}

function validateOwner(owner: OwnerReference, at: Path, out: Cause[]): void {
  const version = owner.apiVersion ?? '';
  if (version === '' || version.endsWith('/'))
    out.push(invalidValue(at.child('apiVersion'), version, 'version must not be empty'));
  for (const field of ['kind', 'name', 'uid'] as const) {
    if (!owner[field]) out.push(invalidValue(at.child(field), owner[field] ?? '', 'must not be empty'));
  }
  if (version === 'v1' && owner.kind === 'Event') {
    out.push(invalidValue(at, printedOwner(owner), '/v1, Kind=Event is disallowed from being an owner'));
  }
}

function printedOwner({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }: OwnerReference): unknown {
  return { apiVersion, kind, name, uid, controller, blockOwnerDeletion };
}

function validateFinalizers(finalizers: readonly string[] | undefined, at: Path, out: Cause[]): void {
  if (!finalizers) return;
  for (const name of finalizers) validateFinalizerName(name, at, out);
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    out.push(invalidValue(at, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
}

function validateFinalizerKinds(finalizers: readonly string[] | undefined, at: Path, out: Cause[]): void {
  if (!finalizers) return;
  for (const [i, name] of finalizers.entries()) {
    if (name.includes('/') || STANDARD_FINALIZERS.has(name)) continue;
    const rule = 'name is neither a standard finalizer name nor is it fully qualified';
    out.push(invalidValue(at.index(i), name, rule));
  }
}

function refuseNewFinalizers(next: readonly string[], was: { old: readonly string[]; at: Path }, out: Cause[]): void {
  const added = [...new Set(next.filter((name) => !was.old.includes(name)))].sort();
  if (added.length === 0) return;
  const shown = `[]string{${added.map(quote).join(', ')}}`;
  const rule = 'no new finalizers can be added if the object is being deleted, found new finalizers';
  out.push(forbiddenValue(was.at.child('finalizers'), `${rule} ${shown}`));
}

function validateManagedFields(entries: readonly ManagedFieldsEntry[] | undefined, at: Path, out: Cause[]): void {
  if (!entries) return;
  for (const [i, entry] of entries.entries()) {
    const one = at.index(i);
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
      out.push(invalidValue(one.child('operation'), entry.operation ?? '', 'must be `Apply` or `Update`'));
    }
    if (entry.fieldsType && entry.fieldsType !== 'FieldsV1') {
      out.push(invalidValue(one.child('fieldsType'), entry.fieldsType, 'must be `FieldsV1`'));
    }
  }
}
