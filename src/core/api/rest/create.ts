/** POST: prepares an object for its first write (upstream `handlers/create.go`, `rest.BeforeCreate`). */
import { generateName } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { formatTime } from '../../kube/time.ts';
import type { Kind } from '../kind.ts';
import { invalid, invalidValue } from '../validation/field-error.ts';
import { internal } from './errors.ts';
import { matchNamespace, pathSegmentProblems, withTypeFirst } from './identity.ts';
import { own } from './ownership.ts';
import type { WriteRequest } from './request.ts';

/** A prepared object; `generated` where its name was made from `generateName` and another try may help. */
export interface Created {
  readonly object: KubeObject;
  readonly generated: boolean;
}

/**
 * Prepares `body`, a decoded private copy that is used up; `owned` where it has its managed fields already (apply). Throws 400 for another namespace, 422 for an invalid object,
 * whatever admission refuses, and 500 for one that carries a resource version.
 */
export function create(kind: Kind, body: KubeObject, request: WriteRequest, { owned = false } = {}): Created {
  const { context } = request;
  kind.defaults?.(body);
  matchNamespace(kind, body, context.namespace);
  if (!owned) own({ kind, next: body, request });
  const generated = fillSystemFields(body, request);
  kind.prepareCreate?.(body, context);
  kind.admitCreate?.(body, context);
  const { metadata } = body;
  if (generated) metadata.name = generateName(metadata.generateName!, context.suffix());
  refuseInvalid(kind, body, request);
  const given = metadata.resourceVersion;
  if (given !== undefined && /^0*[1-9]\d*$/.test(given)) {
    throw internal('resourceVersion should not be set on objects to be created');
  }
  delete metadata.resourceVersion;
  return { object: withTypeFirst(kind, body), generated };
}

/** Sets what the server alone sets. Returns whether a name has to be generated. */
function fillSystemFields({ metadata }: KubeObject, { context }: WriteRequest): boolean {
  metadata.uid = context.uid();
  metadata.creationTimestamp = formatTime(context.now);
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.generation;
  return !metadata.name && !!metadata.generateName;
}

function refuseInvalid(kind: Kind, body: KubeObject, { context }: WriteRequest): void {
  const name = body.metadata.name ?? '';
  const causes = kind.validateCreate(body, context);
  if (causes.length > 0) throw invalid(kind, name, causes);
  const problems = pathSegmentProblems(name);
  if (problems.length > 0) {
    const more = problems.map((problem) => invalidValue('metadata.name', name, problem));
    throw invalid(kind, name, more);
  }
}
