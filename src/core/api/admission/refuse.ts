/** How admission says no (upstream `admission.NewForbidden`). */
import type { KubeObject } from '../../kube/objects.ts';
import type { ApiError } from '../api-error.ts';
import { forbidden, type Named } from '../rest/errors.ts';

/** What most plugins look at. */
export const PODS_RESOURCE: Named = { group: '', plural: 'pods' };

/** 403; an object whose name is not generated yet goes by its `generateName`. */
export function refuse(resource: Named, { metadata }: KubeObject, why: string): ApiError {
  return forbidden(resource, metadata.name || metadata.generateName || 'Unknown', why);
}
