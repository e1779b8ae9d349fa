/** Recorded sequences of writes to one DaemonSet, pod or ControllerRevision, replayed through the REST layer's pure verbs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withAdmission } from '../../src/core/api/admission/order.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { Kind, WriteContext } from '../../src/core/api/kind.ts';
import { CONTROLLERREVISION_KIND } from '../../src/core/api/kinds/controllerrevision.ts';
import { DAEMONSET_KIND } from '../../src/core/api/kinds/daemonset.ts';
import { POD_KIND } from '../../src/core/api/kinds/pod.ts';
import { readPatchValue } from '../../src/core/api/patch/apply-patch.ts';
import { create } from '../../src/core/api/rest/create.ts';
import { patchObject } from '../../src/core/api/rest/patch.ts';
import type { WriteRequest } from '../../src/core/api/rest/request.ts';
import { update } from '../../src/core/api/rest/update.ts';
import { decodeTyped } from '../../src/core/api/schema/decode.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { sharedDir } from '../shared.ts';

interface Step {
  method: string;
  path: string;
  body?: unknown;
  bodyRaw?: unknown;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  expect?: { status: number; body?: Record<string, unknown> };
}

interface Recorded {
  name: string;
  steps: Step[];
}

const PLACE = `${'$'}{NS}`;
const KINDS = [DAEMONSET_KIND, POD_KIND, CONTROLLERREVISION_KIND] as readonly unknown[] as readonly Kind[];
const AREAS = [
  'daemonset-update',
  'daemonset-validation',
  'pods',
  'controllerrevisions',
  'patch-json',
  'patch-merge',
  'patch-strategic',
];
const PATCHES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
] as const;
const SA = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };

const context: WriteContext = {
  now: Date.UTC(2026, 0, 1),
  user: { name: 'admin', groups: [] },
  namespace: 'ns-1',
  dryRun: false,
  uid: () => 'uid-1',
  suffix: () => 'bcdfg',
  lookup: ({ resource }, { name }) =>
    resource === 'serviceaccounts' && name === 'default'
      ? SA
      : resource === 'namespaces'
        ? ({ metadata: { name }, status: { phase: 'Active' } } as KubeObject)
        : undefined,
  lookupAll: () => [],
  warn: () => {},
};
const request = { context, options: { dryRun: false, fieldValidation: 'Warn' }, manager: 'oracle' } as unknown as WriteRequest;

/** The cases whose every step is a write to one object of one of our kinds, and whose last one changes or refuses something. */
function sequences(area: string, dir: string): [string, Kind, Step[]][] {
  const text = readFileSync(join(dir, 'oracle/cases', `${area}.json`), 'utf8');
  const { cases } = JSON.parse(text.replaceAll(PLACE, 'ns-1')) as { cases: Recorded[] };
  return cases.flatMap(({ name, steps }) => {
    for (const step of steps) step.body ??= step.bodyRaw;
    const kind = KINDS.find(({ plural }) => steps.every((step) => new RegExp(`/namespaces/ns-1/${plural}(/|$)`).test(step.path)));
    const isUpdate =
      steps.length > 1 && steps[0]?.expect?.status === 201 && steps.every((step, i) => (step.method === 'POST') === (i === 0));
    return kind && isUpdate && steps.every(isOurs) ? [[`${area}: ${name}`, withAdmission(kind), steps]] : [];
  });
}

/** What the verbs alone decide: the HTTP layer's refusals and other requests are tested elsewhere. */
function isOurs({ method, path, body, query, expect: answer }: Step): boolean {
  const known = method === 'GET' || (typeof body === 'object' && !JSON.stringify(body).includes('${'));
  const plain = !/binding|eviction|log|scale/.test(path) && !query?.dryRun && !query?.fieldValidation;
  const decided = answer?.status === 200 || answer?.status === 201 || answer?.status === 422;
  return ['POST', 'PUT', 'PATCH', 'GET'].includes(method) && known && plain && decided;
}

let revision = 1;

function run(kind: Kind, step: Step, old: KubeObject | undefined): KubeObject {
  if (step.method === 'GET' && old) return old;
  if (step.method === 'POST' || !old) {
    const body = decodeTyped(step.body, kind.schema).object;
    const { object } = create(kind, body, request);
    object.metadata.resourceVersion = String(revision++);
    return object;
  }
  const part = /\/(status|resize)$/.exec(step.path)?.[1];
  const subresource = kind.subresources.find(({ name }) => name === part);
  const type =
    PATCHES.find((one) => one === step.headers?.['content-type'] || one === step.headers?.['Content-Type']) ?? PATCHES[1];
  const patched = () => patchObject({ kind, subresource, old, patch: readPatchValue(type, step.body), request });
  const put = () => {
    const next = decodeTyped(step.body, kind.schema).object;
    kind.defaults?.(next);
    next.metadata.namespace ??= 'ns-1';
    return update({ kind, subresource, next, old, request });
  };
  const outcome = step.method === 'PUT' ? put() : patched();
  const after = { ...outcome.answer, metadata: { ...outcome.answer.metadata } };
  if (!('keep' in outcome.change)) after.metadata.resourceVersion = String(revision++);
  return after;
}

/** Ours and theirs without what differs from run to run. */
function comparable(object: unknown): unknown {
  const text = JSON.stringify(object, (key, value) =>
    ['managedFields', 'uid', 'resourceVersion', 'creationTimestamp'].includes(key) ? undefined : value,
  );
  return JSON.parse(
    text
      .replaceAll(/kube-api-access-\w+/g, 'kube-api-access-<gen>')
      .replaceAll('kube-api-access-<gen><gen>', 'kube-api-access-<gen>')
      .replaceAll(/kube-api-access-<gen>(?=>)/g, ''),
  );
}

function check(kind: Kind, steps: readonly Step[]): void {
  let object: KubeObject | undefined;
  for (const [i, step] of steps.entries()) {
    const where = `step ${i}: ${step.method} ${step.path}`;
    try {
      object = run(kind, step, object);
      expect(step.expect?.status, where).toBeLessThan(300);
      expect(comparable(object), where).toEqual(comparable(step.expect?.body));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const ours = JSON.parse(JSON.stringify(error.status).replaceAll(/\\n@@ -.*?(?=")/g, '\\n<diff>'));
      expect(ours, where).toEqual(step.expect?.body);
    }
  }
}

const dir = sharedDir();

describe.skipIf(!dir)('recorded updates', () => {
  test.each(dir ? AREAS.flatMap((area) => sequences(area, dir)) : [])('%s', (_name, kind, steps) => check(kind, steps));
});
