/** Recorded PATCH requests, replayed on the state that the recording shows before each of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { ClassicPatchType } from '../../src/core/api/patch/apply-patch.ts';
import { applyPatch, readPatch } from '../../src/core/api/patch/apply-patch.ts';
import type { DecodeTarget, FieldValidation } from '../../src/core/api/schema/body.ts';
import { decodeTyped } from '../../src/core/api/schema/decode.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { sharedDir } from '../shared.ts';

interface Step {
  method: string;
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
  bodyRaw?: unknown;
  expect: { status: number; headersSubset?: { warning?: string[] }; body?: KubeObject & { message?: string; code?: number } };
}

const TARGETS: Readonly<Record<string, DecodeTarget>> = {
  configmaps: { group: '', version: 'v1', kind: 'ConfigMap', schema: 'io.k8s.api.core.v1.ConfigMap' },
  daemonsets: { group: 'apps', version: 'v1', kind: 'DaemonSet', schema: 'io.k8s.api.apps.v1.DaemonSet' },
  pods: { group: '', version: 'v1', kind: 'Pod', schema: 'io.k8s.api.core.v1.Pod' },
  nodes: { group: '', version: 'v1', kind: 'Node', schema: 'io.k8s.api.core.v1.Node' },
  serviceaccounts: { group: '', version: 'v1', kind: 'ServiceAccount', schema: 'io.k8s.api.core.v1.ServiceAccount' },
  controllerrevisions: {
    group: 'apps',
    version: 'v1',
    kind: 'ControllerRevision',
    schema: 'io.k8s.api.apps.v1.ControllerRevision',
  },
};
const AREAS = ['patch-json', 'patch-merge', 'patch-strategic', 'field-validation', 'controllerrevisions'];
/** Defaults, validation and the server's own fields are other rooms' work. */
const SERVER_FIELDS =
  /^\.(metadata\.(managedFields|generation|resourceVersion|annotations\.deprecated)|status|.*(terminationMessage|imagePullPolicy|protocol|apiVersion|defaultMode|dnsPolicy|revisionHistoryLimit|terminationGracePeriodSeconds|rollingUpdate))/;
/** Recordings mask UIDs, and these cases tell owners apart by them. */
const MASKED = /ownerReferences|uid precondition/;
const PATCH_ERROR =
  /^ "" is invalid|the server rejected|error decoding patch|^json:|^invalid character|^unknown patch|^The order/;

function clean(body: unknown): KubeObject {
  return JSON.parse(JSON.stringify(body).replaceAll('"<time>"', '"2026-01-01T00:00:00Z"')) as KubeObject;
}

function differences(got: unknown, wanted: unknown, path = ''): string[] {
  if (got === wanted || SERVER_FIELDS.test(path)) return [];
  if (typeof got !== 'object' || typeof wanted !== 'object' || got === null || wanted === null) {
    return [`${path}: ${JSON.stringify(got)}, recorded ${JSON.stringify(wanted)}`];
  }
  const keys = new Set([...Object.keys(got), ...Object.keys(wanted)]);
  return [...keys].flatMap((key) => differences((got as never)[key], (wanted as never)[key], `${path}.${key}`));
}

function check(step: Step, before: KubeObject, target: DecodeTarget): void {
  const type = step.headers?.['content-type'] as ClassicPatchType;
  const text = (typeof step.bodyRaw === 'string' ? step.bodyRaw : JSON.stringify(step.bodyRaw ?? step.body)).replaceAll(
    '$' + '{u}',
    '<uid>',
  );
  const mode = (step.query?.fieldValidation ?? 'Warn') as FieldValidation;
  const wanted = step.expect.body;
  let result: ReturnType<typeof applyPatch>;
  try {
    result = applyPatch(before, readPatch(type, text), { target, mode });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const shown = (message: string | undefined) =>
      (message ?? '').replace(/Invalid value: "\{(?:[^"\\]|\\.)*"/, 'Invalid value: "<object>"');
    expect(`${error.code} ${shown(error.message)}`).toBe(`${step.expect.status} ${wanted?.message}`);
    return;
  }
  if (step.expect.status >= 300) {
    expect(wanted?.message).not.toMatch(PATCH_ERROR);
    return;
  }
  expect(differences(result.object, clean(wanted))).toEqual([]);
  expect(result.warnings.map((text) => `299 - ${JSON.stringify(text)}`)).toEqual(step.expect.headersSubset?.warning ?? []);
}

const shared = sharedDir();
describe.skipIf(!shared)('recorded patches', () => {
  for (const area of shared ? AREAS : []) {
    const text = readFileSync(join(shared ?? '', 'oracle/cases', `${area}.json`), 'utf8');
    for (const { name, steps } of (JSON.parse(text) as { cases: { name: string; steps: Step[] }[] }).cases) {
      test.skipIf(MASKED.test(name))(`${area}: ${name}`, () => {
        let before: KubeObject | undefined;
        for (const step of steps) {
          const target = TARGETS[/\/([a-z]+)\/[^/]+(?:\/status)?$/.exec(step.path)?.[1] ?? ''];
          const type = step.headers?.['content-type'] ?? '';
          const frozen = before && JSON.stringify(before);
          if (step.method === 'PATCH' && /json-patch|merge-patch/.test(type) && before && target) check(step, before, target);
          if (before) expect(JSON.stringify(before)).toBe(frozen);
          if (step.expect.status < 300 && step.expect.body?.metadata) {
            const named = Object.values(TARGETS).find(({ kind }) => kind === step.expect.body?.kind);
            if (named) {
              before = decodeTyped(clean(step.expect.body), named.schema).object;
              before.apiVersion = step.expect.body.apiVersion!;
              before.kind = step.expect.body.kind!;
            }
          }
        }
      });
    }
  }
});
