/** Facts of kinds and subresources that all forms of discovery show. */
import type { Kind, PartialSubresource } from '../../core/api/kind.ts';

/** Whether objects of the kind are kept: virtual kinds can only be created. */
export function isStored(kind: Kind): boolean {
  return kind.verbs.some((verb) => verb !== 'create');
}

/** The kind a subresource shows; its own where it names none. */
export function subresourceKind(kind: Kind, subresource: PartialSubresource): { group: string; version: string; kind: string } {
  return subresource.kind ?? { group: kind.group, version: kind.version, kind: kind.kind };
}
