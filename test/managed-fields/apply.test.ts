/** Recorded server-side applies, replayed with the defaults of the kinds: values, ownership and refusals. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import { kindNamed } from '../../src/core/api/kinds/all.ts';
import { applyConfiguration } from '../../src/core/api/managed-fields/apply.ts';
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
  expect: { status: number; body?: KubeObject & { message?: string; details?: unknown } };
}

const NOW = Date.parse('2026-01-01T00:00:00Z');
/** Refusals of later stations: names, options, validation, preconditions. */
const ELSEWHERE = /PatchOptions|is invalid|does not match|undeterminable|precondition|not found|uid mismatch|YAML/;

const clean = (body: unknown) => JSON.parse(JSON.stringify(body).replaceAll('"<time>"', '"2026-01-01T00:00:00Z"')) as KubeObject;
const sorted = (entries: readonly ManagedFieldsEntry[] | undefined) =>
  entries && [...entries].sort((a, b) => (`${a.operation}${a.manager}` < `${b.operation}${b.manager}` ? -1 : 1));

function kindOfPath(path: string) {
  const names: Readonly<Record<string, [string, string]>> = {
    configmaps: ['v1', 'ConfigMap'],
    daemonsets: ['apps/v1', 'DaemonSet'],
    nodes: ['v1', 'Node'],
    pods: ['v1', 'Pod'],
    secrets: ['v1', 'Secret'],
    serviceaccounts: ['v1', 'ServiceAccount'],
    services: ['v1', 'Service'],
    leases: ['coordination.k8s.io/v1', 'Lease'],
    poddisruptionbudgets: ['policy/v1', 'PodDisruptionBudget'],
    roles: ['rbac.authorization.k8s.io/v1', 'Role'],
  };
  const [, resource = '', subresource] = /\/([a-z]+)\/[^/]+(?:\/(status))?$/.exec(path) ?? [];
  const name = names[resource];
  const kind = name && kindNamed(...name);
  return name && kind ? { apiVersion: name[0], kind, subresource } : undefined;
}

function check(step: Step, live: KubeObject | undefined): void {
  const at = kindOfPath(step.path);
  if (!at) return;
  const { apiVersion, kind, subresource } = at;
  const raw = step.bodyRaw ?? step.body ?? null;
  const wanted = step.expect.body;
  if (typeof raw === 'string' && raw !== '' && !raw.startsWith('{')) return;
  const config: unknown = typeof raw === 'string' ? (raw === '' ? null : JSON.parse(raw)) : raw;
  try {
    const { object } = applyConfiguration(live, config, {
      schema: kind.schema,
      apiVersion,
      kind: kind.kind,
      manager: step.query?.fieldManager ?? '',
      now: NOW,
      force: step.query?.force !== undefined && step.query.force !== 'false',
      subresource,
      resetFields: subresource ? ['f:spec'] : kind.resetFields,
    });
    if (step.expect.status >= 300) {
      expect(wanted?.message).toMatch(ELSEWHERE);
      return;
    }
    expect(sorted(object.metadata.managedFields)).toEqual(sorted(clean(wanted).metadata.managedFields));
    if (kind.kind === 'ConfigMap') expect(object.data).toEqual(clean(wanted).data);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    expect(`${error.code} ${error.message}`).toBe(`${step.expect.status} ${wanted?.message}`);
    expect(error.status.details).toEqual(wanted?.details);
  }
}

const shared = sharedDir();
describe.skipIf(!shared)('recorded applies', () => {
  const text = shared ? readFileSync(join(shared, 'oracle/cases/apply.json'), 'utf8') : '{"cases":[]}';
  for (const { name, steps } of (JSON.parse(text) as { cases: { name: string; steps: Step[] }[] }).cases) {
    test(name, () => {
      const stored = new Map<string, KubeObject>();
      for (const step of steps) {
        const key = step.path.replace(/\/status$/, '');
        const frozen = JSON.stringify(stored.get(key));
        const type = step.headers?.['content-type'] ?? '';
        if (step.method === 'PATCH' && type.includes('apply-patch') && step.query?.fieldManager) check(step, stored.get(key));
        expect(JSON.stringify(stored.get(key))).toBe(frozen);
        const body = step.expect.body;
        const kind = body?.kind && kindNamed(body.apiVersion ?? '', body.kind);
        if (!kind || step.expect.status >= 300 || step.query?.dryRun) continue;
        const path = step.method === 'POST' ? `${step.path}/${body?.metadata.name}` : key;
        const object = clean(body);
        stored.set(path, { ...decodeTyped(object, kind.schema).object, apiVersion: object.apiVersion!, kind: object.kind! });
      }
    });
  }
});
