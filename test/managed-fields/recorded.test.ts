/** Recorded writes, replayed through ownership: the managed fields that the real server answered with. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { updateManagedFields } from '../../src/core/api/managed-fields/update.ts';
import { decodeTyped } from '../../src/core/api/schema/decode.ts';
import type { KubeObject, ManagedFieldsEntry } from '../../src/core/kube/objects.ts';
import { sharedDir } from '../shared.ts';

interface Step {
  method: string;
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
  bodyRaw?: unknown;
  expect: { status: number; body?: KubeObject };
}

interface Known {
  readonly schema: string;
  readonly resetFields?: readonly string[];
  readonly statusReset?: readonly string[];
}

/** Kinds whose answers hold nothing that admission or the registry added after ownership was decided. */
const KINDS: Readonly<Record<string, Known>> = {
  'v1/ConfigMap': { schema: 'io.k8s.api.core.v1.ConfigMap' },
  'apps/v1/DaemonSet': {
    schema: 'io.k8s.api.apps.v1.DaemonSet',
    resetFields: ['f:status'],
    statusReset: ['f:spec'],
  },
  'apps/v1/ControllerRevision': { schema: 'io.k8s.api.apps.v1.ControllerRevision' },
  'coordination.k8s.io/v1/Lease': { schema: 'io.k8s.api.coordination.v1.Lease' },
  'scheduling.k8s.io/v1/PriorityClass': { schema: 'io.k8s.api.scheduling.v1.PriorityClass' },
  'policy/v1/PodDisruptionBudget': {
    schema: 'io.k8s.api.policy.v1.PodDisruptionBudget',
    resetFields: ['f:status'],
    statusReset: ['f:spec'],
  },
  'rbac.authorization.k8s.io/v1/Role': { schema: 'io.k8s.api.rbac.v1.Role' },
};
const UPDATE_TYPES = /^$|^application\/(json|json-patch|merge-patch|strategic-merge-patch)/;
/** Raised by the registry once ownership is settled; a PUT that leaves it out says 0. */
const GENERATION = 'deprecated.daemonset.template.generation';
const NOW = Date.parse('2026-01-01T00:00:00Z');

function clean(body: unknown): KubeObject {
  return JSON.parse(
    JSON.stringify(body)
      .replaceAll('"<time>"', '"2026-01-01T00:00:00Z"')
      .replaceAll('"<microtime>"', '"2026-01-01T00:00:00.000000Z"'),
  ) as KubeObject;
}

const sorted = (entries: readonly ManagedFieldsEntry[] | undefined) =>
  entries &&
  [...entries].sort((a, b) =>
    `${a.operation}${a.manager}${a.subresource}` < `${b.operation}${b.manager}${b.subresource}` ? -1 : 1,
  );

const shared = sharedDir();
describe.skipIf(!shared)('recorded ownership', () => {
  const dir = join(shared ?? '', 'oracle/cases');
  for (const file of shared ? readdirSync(dir) : []) {
    const { cases } = JSON.parse(readFileSync(join(dir, file), 'utf8')) as { cases: { name: string; steps: Step[] }[] };
    for (const { name, steps } of cases) {
      const checked = replay(steps);
      if (checked.length === 0) continue;
      test(`${file}: ${name}`, () => {
        for (const { got, wanted } of checked) expect(sorted(got)).toEqual(sorted(wanted));
      });
    }
  }
});

/** Every write of a known kind whose answer is recorded, with what we make of it. */
function replay(steps: readonly Step[]): { got: ManagedFieldsEntry[] | undefined; wanted: ManagedFieldsEntry[] | undefined }[] {
  const out = [];
  const stored = new Map<string, KubeObject>();
  for (const step of steps) {
    const answer = step.expect.body;
    const known = KINDS[`${answer?.apiVersion}/${answer?.kind}`];
    if (!answer || !known || step.expect.status >= 300) continue;
    const object = clean(answer);
    const key = `${answer.kind}/${object.metadata.name}`;
    const type = step.headers?.['content-type'] ?? '';
    const live = stored.get(key);
    const writes = ['POST', 'PUT', 'PATCH'].includes(step.method) && UPDATE_TYPES.test(type) && (step.method === 'POST' || live);
    if (writes && object.metadata.deletionTimestamp === undefined) {
      const ofStatus = step.path.endsWith('/status');
      const next = decodeTyped(object, known.schema).object;
      delete next.metadata.managedFields;
      if (/"managedFields":\[\{\}\]/.test(JSON.stringify(step.bodyRaw ?? step.body))) next.metadata.managedFields = [{}];
      const before = live?.metadata.annotations?.[GENERATION];
      if (before && next.metadata.annotations?.[GENERATION]) {
        const given = JSON.stringify(step.body ?? '').includes(GENERATION) || step.method === 'PATCH';
        next.metadata.annotations[GENERATION] = given ? before : '0';
      }
      const got = updateManagedFields(live, next, {
        schema: known.schema,
        apiVersion: answer.apiVersion ?? '',
        manager: step.query?.fieldManager ?? 'oracle',
        subresource: ofStatus ? 'status' : undefined,
        resetFields: ofStatus ? known.statusReset : known.resetFields,
        now: NOW,
      });
      out.push({ got, wanted: object.metadata.managedFields });
    }
    if (step.query?.dryRun === undefined) stored.set(key, object);
  }
  return out;
}
