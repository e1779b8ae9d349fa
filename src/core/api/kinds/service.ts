/** Services (upstream pkg/registry/core/service). */

import { labelNameProblems } from '../../kube/names.ts';
import type { Kind, PartialSubresource, WriteContext } from '../kind.ts';
import { semanticEqual } from '../validation/equality.ts';
import { forbiddenValue, invalidValue } from '../validation/field-error.ts';
import { IMMUTABLE } from '../validation/formats.ts';
import { validateObjectMetaUpdate } from '../validation/metadata.ts';
import { addressUpdateCauses } from './service-address-rules.ts';
import { allocate, allocationCauses } from './service-addresses.ts';
import { SERVICE_COLUMNS } from './service-columns.ts';
import { defaultService, dropUnused, fillFamilies, keepAllocated, syncClusterIps } from './service-defaults.ts';
import { validateService } from './service-rules.ts';
import { isHeadless, needsHealthCheck, type Service } from './service-shape.ts';
import { ALL_VERBS, PART_VERBS } from './verbs.ts';

const STATUS: PartialSubresource<Service> = {
  name: 'status',
  verbs: PART_VERBS,
  resetFields: ['f:spec'],
  prepareUpdate(next, old) {
    next.spec = old.spec;
  },
  validateUpdate: (next, old) => validateObjectMetaUpdate(next.metadata, old.metadata),
};

/** `services`, core/v1. */
export const SERVICE_KIND: Kind<Service> = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [STATUS],
  schema: 'io.k8s.api.core.v1.Service',
  nameProblems: labelNameProblems,
  defaults(service) {
    defaultService(service);
    service.status ??= {};
    service.status.loadBalancer ??= {};
  },
  prepareCreate(service) {
    service.status = { loadBalancer: {} };
    syncClusterIps(service.spec);
    fillFamilies(service.spec);
  },
  admitCreate(service, context) {
    allocate(service, context);
    warn(service, context);
  },
  validateCreate(service, context) {
    const out = validateService(service);
    return out.length > 0 ? out : allocationCauses(service, context);
  },
  prepareUpdate(next, old) {
    if (old.status) next.status = old.status;
    syncClusterIps(next.spec, old.spec);
    keepAllocated(next.spec, old.spec);
    dropUnused(next.spec, old.spec);
    fillFamilies(next.spec);
  },
  admitUpdate(next, old, context) {
    allocate(next, context);
    if (!semanticEqual(next.spec, old.spec)) warn(next, context);
  },
  validateUpdate(next, old, context) {
    const out = [...validateObjectMetaUpdate(next.metadata, old.metadata), ...addressUpdateCauses(next.spec, old.spec)];
    const [after, before] = [next.spec, old.spec];
    if (after.type === 'LoadBalancer' && before.type === 'LoadBalancer' && after.loadBalancerClass !== before.loadBalancerClass) {
      out.push(invalidValue('spec.loadBalancerClass', after.loadBalancerClass, 'may not change once set'));
    }
    if (needsHealthCheck(after) && needsHealthCheck(before) && after.healthCheckNodePort !== before.healthCheckNodePort) {
      out.push(forbiddenValue('spec.healthCheckNodePort', IMMUTABLE));
    }
    out.push(...validateService(next));
    return out.length > 0 ? out : allocationCauses(next, context, old);
  },
  resetFields: ['f:status'],
  fields: {
    'spec.clusterIP': (service) => (service as Service).spec.clusterIP ?? '',
    'spec.type': (service) => (service as Service).spec.type ?? '',
  },
  columns: SERVICE_COLUMNS,
};

/** Upstream pkg/api/service/warnings.go. */
function warn({ metadata, spec }: Service, context: WriteContext): void {
  const hints = 'service.kubernetes.io/topology-aware-hints';
  if (metadata.annotations?.[hints] !== undefined) {
    context.warn(`annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  }
  const outside = (spec.externalIPs ?? []).length > 0;
  if (spec.type === 'ClusterIP' && isHeadless(spec)) {
    if (spec.loadBalancerIP) context.warn('spec.loadBalancerIP is ignored for headless services');
    if (outside) context.warn('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') context.warn('spec.SessionAffinity is ignored for headless services');
  } else if (outside && spec.type !== 'ExternalName') {
    context.warn('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (spec.type === 'ExternalName' && outside) context.warn('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (spec.type !== 'ExternalName' && spec.externalName) {
    context.warn('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.trafficDistribution === 'PreferClose') {
    context.warn('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
}
