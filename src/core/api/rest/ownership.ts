/** Keeps `metadata.managedFields` in a write: who set which field. */
import type { KubeObject } from '../../kube/objects.ts';
import { apiVersionOf } from '../../kube/resource.ts';
import type { Kind, PartialSubresource } from '../kind.ts';
import { type Ownership, updateManagedFields } from '../managed-fields/update.ts';
import type { WriteRequest } from './request.ts';

/** A write whose fields get an owner. */
export interface Owning {
  readonly kind: Kind;
  /** Decoded and defaulted; its `metadata.managedFields` is set. */
  readonly next: KubeObject;
  /** The stored object; absent on create. */
  readonly live?: KubeObject;
  readonly subresource?: PartialSubresource | undefined;
  readonly request: WriteRequest;
}

/** Sets the managed fields of `next` as upstream's field manager does for an Update operation. */
export function own({ kind, next, live, subresource, request }: Owning): void {
  const entries = updateManagedFields(live, next, ownership(kind, subresource, request));
  if (entries) next.metadata.managedFields = entries;
  else delete next.metadata.managedFields;
}

/** Who writes where, in the field manager's terms. */
export function ownership(kind: Kind, subresource: PartialSubresource | undefined, request: WriteRequest): Ownership {
  return {
    schema: kind.schema,
    apiVersion: apiVersionOf(kind),
    manager: request.manager,
    subresource: subresource?.name,
    now: request.context.now,
    resetFields: subresource ? subresource.resetFields : kind.resetFields,
  };
}
