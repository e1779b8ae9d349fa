/** `scale` of deployments and replica sets: their `spec.replicas` seen as `autoscaling/v1 Scale` (upstream ScaleREST). */
import { badRequest, notFound } from '../../core/api/rest/errors.ts';
import { matchName } from '../../core/api/rest/identity.ts';
import { update } from '../../core/api/rest/update.ts';
import type { WriteOptions } from '../../core/api/rest/write-options.ts';
import { invalid, invalidValue } from '../../core/api/validation/field-error.ts';
import type { KubeObject, LabelSelector, ManagedFieldsEntry } from '../../core/kube/objects.ts';
import { formatSelector, selectorRequirements } from '../../core/kube/selector.ts';
import { served } from '../registry.ts';
import { readEntry } from '../rest/list.ts';
import { type Scope, writeRequest } from '../rest/scope.ts';
import { writeObject } from '../rest/update.ts';

interface Scalable extends KubeObject {
  spec?: { replicas?: number; selector?: LabelSelector };
  status?: { replicas?: number };
}

/** `autoscaling/v1 Scale`. */
export interface Scale extends KubeObject {
  spec?: { replicas?: number };
  status?: { replicas: number; selector?: string };
}

/** The scale of a stored object. Throws 404. */
export function readScale(scope: Scope, name: string): Scale {
  return scaleOf(served(scope.kind, readEntry(scope, name).value));
}

/** Sets the replicas that `change` makes of the present scale. Throws 404, 409, 422. */
export async function writeScale(
  scope: Scope,
  name: string,
  { change, options }: { change: (current: Scale) => unknown; options: WriteOptions },
): Promise<Scale> {
  const { kind } = scope;
  const request = writeRequest(scope, options);
  const subresource = kind.subresources.find((one) => one.name === 'scale');
  const written = await writeObject(scope, name, options.dryRun, (old) => {
    if (!old) throw notFound(kind, name);
    const scale = checked(change(scaleOf(old)), name);
    const next: Scalable = {
      ...old,
      metadata: { ...old.metadata, ...expectedVersion(scale) },
      spec: { ...(old as Scalable).spec, replicas: scale.spec?.replicas ?? 0 },
    };
    return update({ kind, subresource: subresource && { ...subresource, prepareUpdate: scaled(kind) }, next, old, request });
  });
  return scaleOf(written.object);
}

/** A change of the scale is one of the spec: it goes the kind's own way, generation included. */
function scaled(kind: Scope['kind']) {
  return (next: KubeObject, old: KubeObject, context: Parameters<NonNullable<typeof kind.prepareUpdate>>[2]): void => {
    kind.prepareUpdate?.(next, old, context);
    const entries = next.metadata.managedFields;
    if (entries) next.metadata.managedFields = entries.map(withoutScaleTime);
  };
}

/** Upstream's scale handler writes its entries without a time. */
function withoutScaleTime(entry: ManagedFieldsEntry): ManagedFieldsEntry {
  if (entry.subresource !== 'scale') return entry;
  const { time: _time, ...rest } = entry;
  return rest;
}

function scaleOf(object: KubeObject): Scale {
  const { metadata, spec, status } = object as Scalable;
  const requirements = selectorRequirements(spec?.selector);
  const selector = requirements ? formatSelector({ requirements }) : '';
  const { name = '', namespace = '', uid = '', resourceVersion = '', creationTimestamp = null } = metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, ...(selector === '' ? {} : { selector }) },
  };
}

function checked(value: unknown, name: string): Scale {
  if (typeof value !== 'object' || value === null)
    throw badRequest('the object provided is unrecognized (must be of type Scale)');
  const scale = { metadata: {}, ...value } as Scale;
  matchName(scale, name);
  const replicas: unknown = scale.spec?.replicas ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    throw badRequest(
      'Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal into Go struct field ScaleSpec.spec.replicas of type int32',
    );
  }
  if (replicas < 0) {
    const cause = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0');
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, [cause]);
  }
  return scale;
}

function expectedVersion({ metadata }: Scale): { resourceVersion?: string } {
  return metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {};
}
