/** Checks manifests against the kinds the server knows, before anything runs: what would be a 400 is found here. */
import { ApiError } from '../core/api/api-error.ts';
import type { Kind } from '../core/api/kind.ts';
import { decodeValue } from '../core/api/schema/body.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Manifest } from './manifest-files.ts';

/** The kind of a manifest; `undefined` where there is none. */
export function kindOf(kinds: readonly Kind[], { object }: Manifest): Kind | undefined {
  return kinds.find(
    ({ group, version, kind }) => kind === object.kind && (group ? `${group}/${version}` : version) === object.apiVersion,
  );
}

/** Unknown kinds, wrong types and unknown fields, as `kubectl apply` refuses them. Throws `CommandError` that names file and line. */
export function checkManifests(manifests: readonly Manifest[], kinds: readonly Kind[]): void {
  for (const manifest of manifests) {
    const { where, object } = manifest;
    const kind = kindOf(kinds, manifest);
    if (!kind)
      throw new CommandError(`${where}: this server does not know kind ${object.kind} of ${object.apiVersion}`, EXIT.usage);
    try {
      decodeValue(object, kind, { mode: 'Strict' });
    } catch (error) {
      if (error instanceof ApiError) throw new CommandError(`${where}: ${error.message}`, EXIT.usage);
      throw error;
    }
  }
}
