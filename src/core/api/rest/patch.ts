/** PATCH: from the stored object and a read patch to the outcome (upstream `handlers/patch.go`). */
import type { KubeObject } from '../../kube/objects.ts';
import type { Kind, PartialSubresource } from '../kind.ts';
import { applyPatch, type ClassicPatchType, type ReadPatch } from '../patch/apply-patch.ts';
import { matchName, matchNamespace } from './identity.ts';
import type { Outcome } from './outcome.ts';
import type { WriteRequest } from './request.ts';
import { update } from './update.ts';

/** The content types of PATCH that change what is there. */
const CLASSIC_PATCH_TYPES: readonly string[] = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
] satisfies ClassicPatchType[];

/** Whether a content type is one of them. */
export function isClassicPatch(type: string): type is ClassicPatchType {
  return CLASSIC_PATCH_TYPES.includes(type);
}

/** One PATCH of an object that exists. */
export interface Patching {
  readonly kind: Kind;
  readonly subresource?: PartialSubresource | undefined;
  /** The stored object; stays as it is. */
  readonly old: KubeObject;
  readonly patch: ReadPatch;
  readonly request: WriteRequest;
}

/** Decides a PATCH. Throws what the patch, the checks of an update, or admission refuse. */
export function patchObject({ kind, subresource, old, patch, request }: Patching): Outcome {
  const { object: next, warnings } = applyPatch(old, patch, {
    target: kind,
    mode: request.options.fieldValidation,
    shared: putBack(subresource ?? kind),
  });
  for (const warning of warnings) request.context.warn(warning);
  matchName(next, old.metadata.name ?? '');
  matchNamespace(kind, next, old.metadata.namespace);
  kind.defaults?.(next);
  return update({ kind, subresource, next, old, request });
}

/**
 * The top-level fields that an endpoint puts back to what they were whatever a client sends (`f:status` of a main resource,
 * `f:spec` of its `/status`): where a patch leaves them alone they need no copy. Stored objects have their defaults already.
 */
function putBack({ resetFields = [] }: Pick<Kind, 'resetFields'>): readonly string[] {
  const known = PUT_BACK.get(resetFields);
  if (known) return known;
  const fields = resetFields.filter((path) => /^f:[^.]+$/.test(path)).map((path) => path.slice(2));
  PUT_BACK.set(resetFields, fields);
  return fields;
}

const PUT_BACK = new WeakMap<readonly string[], readonly string[]>();
