/** PATCH onto the store. */

import type { ReadPatch } from '../../core/api/patch/apply-patch.ts';
import { notFound } from '../../core/api/rest/errors.ts';
import { patchObject } from '../../core/api/rest/patch.ts';
import type { WriteOptions } from '../../core/api/rest/write-options.ts';
import { type Scope, writeRequest } from './scope.ts';
import { type Aim, type Written, writeObject } from './update.ts';

/** Applies a patch that was read already. Throws 404, and what the patch or the update refuse. */
export function patchStored(scope: Scope, aim: Aim, patch: ReadPatch, options: WriteOptions): Promise<Written> {
  const { kind } = scope;
  const request = writeRequest(scope, options);
  return writeObject(scope, aim.name, options.dryRun, (old) => {
    if (!old) throw notFound(kind, aim.name);
    return patchObject({ kind, subresource: aim.subresource, old, patch, request });
  });
}
