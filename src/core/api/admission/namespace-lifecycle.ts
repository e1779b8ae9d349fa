/** Nothing is made in a namespace that is missing or going away (upstream plugin/pkg/admission/namespace/lifecycle). */
import type { KubeObject } from '../../kube/objects.ts';
import { NAMESPACES } from '../../kube/resource.ts';
import type { WriteContext } from '../kind.ts';
import { type Named, notFound } from '../rest/errors.ts';
import { refuse } from './refuse.ts';

/**
 * Before a create, of a subresource too. Throws 404 where the namespace does not exist, and 403 with the cause
 * `NamespaceTerminating`, which controllers look for, where it is being deleted.
 */
export function admitIntoNamespace(resource: Named, object: KubeObject, context: WriteContext): void {
  const { namespace } = context;
  if (!namespace) return;
  const found = requireNamespace(namespace, context);
  if ((found as { status?: { phase?: string } }).status?.phase !== 'Terminating') return;
  const error = refuse(resource, object, `unable to create new content in namespace ${namespace} because it is being terminated`);
  error.status.details ??= {};
  error.status.details.causes = [
    { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
  ];
  throw error;
}

/** Before an update: a namespace that is going away still allows it. Throws 404 where it does not exist. */
export function requireNamespace(name: string, context: WriteContext): KubeObject {
  const found = context.lookup(NAMESPACES, { name });
  if (!found) throw notFound({ group: '', plural: 'namespaces' }, name);
  return found;
}
