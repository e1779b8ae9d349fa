/** Recorded creates, updates and refusals of DaemonSets, pods and ControllerRevisions, replayed through the kinds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ApiError } from '../../src/core/api/api-error.ts';
import type { Kind, WriteContext } from '../../src/core/api/kind.ts';
import { CONTROLLERREVISION_KIND } from '../../src/core/api/kinds/controllerrevision.ts';
import { DAEMONSET_KIND } from '../../src/core/api/kinds/daemonset.ts';
import { POD_KIND } from '../../src/core/api/kinds/pod.ts';
import { decodeTyped } from '../../src/core/api/schema/decode.ts';
import { invalid } from '../../src/core/api/validation/field-error.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { sharedDir } from '../shared.ts';

interface Step {
  method: string;
  path: string;
  body?: unknown;
  expect?: { status: number; body?: Record<string, unknown>; headersSubset?: Record<string, unknown> };
}

interface Recorded {
  name: string;
  steps: Step[];
}

const NAMESPACE = 'ns-1';
const PLACE = `${'$'}{NS}`;
const KINDS = [DAEMONSET_KIND, POD_KIND, CONTROLLERREVISION_KIND] as readonly unknown[] as readonly Kind[];
const AREAS = ['daemonset-create-defaults', 'daemonset-validation', 'pods', 'controllerrevisions', 'field-validation'];

/** Every POST of one of our kinds that reached validation or was stored, in the area. */
function creates(area: string, dir: string): { name: string; kind: Kind; step: Step }[] {
  const text = readFileSync(join(dir, 'oracle/cases', `${area}.json`), 'utf8');
  const { cases } = JSON.parse(text) as { cases: Recorded[] };
  return cases.flatMap(({ name, steps }) =>
    steps.flatMap((step, i) => {
      const kind = KINDS.find(({ plural }) => step.path.endsWith(`/namespaces/${PLACE}/${plural}`));
      const status = step.expect?.status;
      if (!kind || step.method !== 'POST' || typeof step.body !== 'object' || (status !== 201 && status !== 422)) return [];
      return [{ name: `${area}: ${name} (${i})`, kind, step }];
    }),
  );
}

function contextOf(warnings: string[]): WriteContext {
  return {
    now: Date.UTC(2026, 0, 1),
    user: { name: 'admin', groups: [] },
    namespace: NAMESPACE,
    dryRun: false,
    uid: () => 'uid-1',
    suffix: () => 'bcdfg',
    lookup: () => undefined,
    lookupAll: () => [],
    warn: (text) => warnings.push(text),
  };
}

/** Decodes, defaults, prepares and validates. */
function create(kind: Kind, body: unknown): { object: KubeObject; refusal?: ApiError; warnings: string[] } {
  const warnings: string[] = [];
  const context = contextOf(warnings);
  const { object } = decodeTyped(body, kind.schema);
  kind.defaults?.(object);
  object.metadata.namespace = NAMESPACE;
  kind.prepareCreate?.(object, context);
  if (kind === (POD_KIND as unknown as Kind)) (object.spec as { serviceAccountName?: string }).serviceAccountName ||= 'default';
  if (!object.metadata.name && object.metadata.generateName) object.metadata.name = 'generated';
  const causes = kind.validateCreate(object, context);
  return causes.length === 0
    ? { object, warnings }
    : { object, warnings, refusal: invalid(kind, object.metadata.name ?? '', causes) };
}

/** What admission adds to pods, and what no create can know, is left out of the comparison. */
function comparable(object: Record<string, unknown>): unknown {
  const { spec, status, data, revision } = object as { spec?: Record<string, unknown>; [field: string]: unknown };
  if (!spec) return { data, revision };
  const { tolerations, priority, preemptionPolicy, priorityClassName, serviceAccount, serviceAccountName, ...kept } = spec;
  if (!('enableServiceLinks' in kept)) return { spec, status };
  const names = (list: unknown) =>
    (list as { name?: string }[] | undefined)?.filter(({ name }) => !name?.startsWith('kube-api-access'));
  const volumes = names(kept.volumes);
  const containers = (kept.containers as Record<string, unknown>[]).map(({ volumeMounts, ...container }) => {
    const mounts = names(volumeMounts);
    return mounts?.length ? { ...container, volumeMounts: mounts } : container;
  });
  const { volumes: _volumes, ...others } = kept;
  return { spec: { ...others, containers, ...(volumes?.length ? { volumes } : {}) }, status };
}

function check({ kind, step }: { kind: Kind; step: Step }): void {
  const { object, refusal, warnings } = create(
    kind,
    JSON.parse(JSON.stringify(step.body).replaceAll(PLACE, NAMESPACE).replaceAll(`${'$'}{ID}`, 'id-1')),
  );
  const expected = step.expect?.body ?? {};
  if (step.expect?.status === 422) expect(refusal?.status).toEqual(expected);
  else {
    expect(refusal?.status).toBeUndefined();
    expect(comparable(object)).toEqual(comparable(expected));
    const recorded = [step.expect?.headersSubset?.warning ?? []].flat() as string[];
    const texts = recorded
      .map((line) => JSON.parse(line.slice('299 - '.length)) as string)
      .filter((text) => !/^(unknown|duplicate) field/.test(text));
    expect(warnings).toEqual(texts);
  }
}

const dir = sharedDir();

describe.skipIf(!dir)('recorded creates', () => {
  test.each(dir ? AREAS.flatMap((area) => creates(area, dir)) : [])('$name', check);
});
