/** Every kind the server knows, and how to find one. */
import type { ResourceRef } from '../../kube/resource.ts';
import { withAdmission } from '../admission/order.ts';
import type { Kind } from '../kind.ts';
import { CONFIGMAP_KIND } from './configmap.ts';
import { CONTROLLERREVISION_KIND } from './controllerrevision.ts';
import { DAEMONSET_KIND } from './daemonset.ts';
import { DEPLOYMENT_KIND } from './deployment.ts';
import { ENDPOINTS_KIND } from './endpoints.ts';
import { EVENT_KIND } from './event.ts';
import { EVENTS_V1_KIND } from './events-v1.ts';
import { LEASE_KIND } from './lease.ts';
import { NAMESPACE_KIND } from './namespace.ts';
import { NODE_KIND } from './node.ts';
import { POD_KIND } from './pod.ts';
import { PODDISRUPTIONBUDGET_KIND } from './poddisruptionbudget.ts';
import { PRIORITYCLASS_KIND } from './priorityclass.ts';
import { REPLICASET_KIND } from './replicaset.ts';
import { REVIEW_KINDS } from './reviews.ts';
import { CLUSTERROLE_KIND, ROLE_KIND } from './role.ts';
import { CLUSTERROLEBINDING_KIND, ROLEBINDING_KIND } from './rolebinding.ts';
import { SECRET_KIND } from './secret.ts';
import { SERVICE_KIND } from './service.ts';
import { SERVICEACCOUNT_KIND } from './serviceaccount.ts';

/** With their admission. By group as `/apis` lists them, then by plural. */
export const KINDS: readonly Kind[] = [
  CONFIGMAP_KIND,
  ENDPOINTS_KIND,
  EVENT_KIND,
  NAMESPACE_KIND,
  NODE_KIND,
  POD_KIND,
  SECRET_KIND,
  SERVICEACCOUNT_KIND,
  SERVICE_KIND,
  CONTROLLERREVISION_KIND,
  DAEMONSET_KIND,
  DEPLOYMENT_KIND,
  REPLICASET_KIND,
  EVENTS_V1_KIND,
  ...REVIEW_KINDS,
  PODDISRUPTIONBUDGET_KIND,
  CLUSTERROLEBINDING_KIND,
  CLUSTERROLE_KIND,
  ROLEBINDING_KIND,
  ROLE_KIND,
  PRIORITYCLASS_KIND,
  LEASE_KIND,
].map(withAdmission);

const BY_RESOURCE = new Map(KINDS.map((kind) => [resourceKey(kind.group, kind.version, kind.plural), kind]));
const BY_KIND = new Map(KINDS.map((kind) => [resourceKey(kind.group, kind.version, kind.kind), kind]));

/** The kind that serves a resource; `undefined` where nothing does. */
export function kindOf({ group, version, resource }: ResourceRef): Kind | undefined {
  return BY_RESOURCE.get(resourceKey(group, version, resource));
}

/** The kind of an object's `apiVersion` and `kind` (as in owner references); `undefined` where nothing serves it. */
export function kindNamed(apiVersion: string, kind: string): Kind | undefined {
  const slash = apiVersion.indexOf('/');
  return BY_KIND.get(resourceKey(slash < 0 ? '' : apiVersion.slice(0, slash), apiVersion.slice(slash + 1), kind));
}

/** The first segment of the keys under which a kind's objects are stored; the events of both groups share one. */
export function storageName(kind: Kind): string {
  if (kind.storage) return kind.storage.name;
  return kind.group === '' ? kind.plural : `${kind.group}/${kind.plural}`;
}

function resourceKey(group: string, version: string, name: string): string {
  return `${group}/${version}/${name}`;
}
