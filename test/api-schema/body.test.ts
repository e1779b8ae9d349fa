/** Bodies decode as the recorded API server decodes them: objects, refusals and warnings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { DecodeTarget, FieldValidation } from '../../src/core/api/schema/body.ts';
import { decodeBody } from '../../src/core/api/schema/body.ts';
import { sharedDir } from '../shared.ts';

const target = (group: string, kind: string, schema: string): DecodeTarget => ({ group, version: 'v1', kind, schema });
const CONFIG_MAP = target('', 'ConfigMap', 'io.k8s.api.core.v1.ConfigMap');
const SECRET = target('', 'Secret', 'io.k8s.api.core.v1.Secret');
const POD = target('', 'Pod', 'io.k8s.api.core.v1.Pod');
const DAEMON_SET = target('apps', 'DaemonSet', 'io.k8s.api.apps.v1.DaemonSet');
const LEASE = target('coordination.k8s.io', 'Lease', 'io.k8s.api.coordination.v1.Lease');
const EVENT = target('events.k8s.io', 'Event', 'io.k8s.api.events.v1.Event');

function decoded(text: string, kind: DecodeTarget, mode: FieldValidation = 'Warn'): unknown {
  try {
    return decodeBody(text, kind, mode);
  } catch (error) {
    if (error instanceof ApiError) return `${error.code} ${error.message}`;
    throw error;
  }
}

function check(name: string, kind: DecodeTarget, body: unknown, wanted: unknown): void {
  test(name, () => {
    const got = decoded(typeof body === 'string' ? body : JSON.stringify(body), kind);
    if (typeof wanted === 'string') expect(got).toBe(wanted);
    else expect(got).toMatchObject({ object: wanted });
  });
}

const as = (kind: string, why: string) => `400 ${kind} in version "v1" cannot be handled as a ${kind}: ${why}`;

describe('canonical forms', () => {
  check(
    'quantities',
    POD,
    { spec: { overhead: { cpu: '0.5', memory: '1024Mi', x: 2 }, containers: [] } },
    {
      spec: { overhead: { cpu: '500m', memory: '1Gi', x: '2' } },
    },
  );
  check(
    'times',
    POD,
    { metadata: { creationTimestamp: '2020-01-01T02:00:00.75+02:00' } },
    {
      metadata: { creationTimestamp: '2020-01-01T00:00:00Z' },
    },
  );
  check(
    'micro times',
    LEASE,
    { spec: { renewTime: '2020-01-01T02:00:00.123456+02:00' } },
    {
      spec: { renewTime: '2020-01-01T00:00:00.123456Z' },
    },
  );
  check('null in a map is its zero', CONFIG_MAP, { data: { a: null } }, { data: { a: '' } });
  check('missing version and kind are the target’s', CONFIG_MAP, '{}', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
  check('null is an empty object', CONFIG_MAP, 'null', { apiVersion: 'v1', kind: 'ConfigMap' });
  check('__proto__ is a key like any other', CONFIG_MAP, '{"data":{"__proto__":"x"}}', { data: JSON.parse('{"__proto__":"x"}') });
  test('empty values are left out, pointers to them kept', () => {
    const { object } = decodeBody(
      JSON.stringify({
        spec: {
          hostNetwork: false,
          priority: 0,
          volumes: [],
          nodeSelector: {},
          enableServiceLinks: false,
          securityContext: {},
          containers: [{ name: 'c' }],
        },
      }),
      POD,
      'Strict',
    );
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {},
      status: {},
      spec: { priority: 0, enableServiceLinks: false, securityContext: {}, containers: [{ name: 'c', resources: {} }] },
    });
  });
});

describe('refusals', () => {
  check(
    'a wrong type deep inside',
    DAEMON_SET,
    { spec: { template: { spec: { containers: [{ imagePullPolicy: 1 }] } } } },
    as(
      'DaemonSet',
      'json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.imagePullPolicy of type v1.PullPolicy',
    ),
  );
  check(
    'labels as a list',
    POD,
    { metadata: { labels: [] } },
    as('Pod', 'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string'),
  );
  check(
    'too large for int32',
    DAEMON_SET,
    { spec: { minReadySeconds: 3000000000 } },
    as(
      'DaemonSet',
      'json: cannot unmarshal number 3000000000 into Go struct field DaemonSetSpec.spec.minReadySeconds of type int32',
    ),
  );
  check('bad base64', SECRET, { data: { a: '!!' } }, as('Secret', 'illegal base64 data at input byte 0'));
  check(
    'a day that is none',
    POD,
    { metadata: { creationTimestamp: '2021-02-29T00:00:00Z' } },
    as('Pod', 'parsing time "2021-02-29T00:00:00Z": day out of range'),
  );
  check(
    'unknown kind',
    CONFIG_MAP,
    { apiVersion: 'v1', kind: 'Foo' },
    '400 Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  );
  check(
    'a kind of another type',
    CONFIG_MAP,
    { apiVersion: 'apps/v1', kind: 'DaemonSet' },
    '400 DaemonSet in version "v1" cannot be handled as a ConfigMap: converting (v1.DaemonSet) to (core.ConfigMap): unknown conversion',
  );
  check(
    'the same event in its other group',
    EVENT,
    { apiVersion: 'v1', kind: 'Event' },
    '400 the API version in the data (v1) does not match the expected API version (events.k8s.io/v1)',
  );
  check(
    'broken JSON',
    CONFIG_MAP,
    '{"a":1,}',
    "400 the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character '}' looking for beginning of object key string ({\"a\":1,})",
  );
});

test('unknown and repeated fields come in document order, each once', () => {
  const text =
    '{"kind":"ConfigMap","x":{"y":1,"y":2},"data":{"a":"1","a":"2","a":"3"},"metadata":{"nope":1,"name":"m","name":"n"}}';
  expect(decodeBody(text, CONFIG_MAP, 'Warn').warnings).toEqual([
    'unknown field "x"',
    'duplicate field "data.a"',
    'unknown field "metadata.nope"',
    'duplicate field "metadata.name"',
  ]);
  expect(decodeBody(text, CONFIG_MAP, 'Ignore').warnings).toEqual([]);
});

interface Step {
  method: string;
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
  bodyRaw?: unknown;
  expect: { status: number; headersSubset?: { warning?: string[] }; body?: { message?: string } };
}

const TARGETS: readonly [RegExp, DecodeTarget][] = [
  [/\/configmaps$/, CONFIG_MAP],
  [/\/api\/v1\/.*\/pods$/, POD],
  [/\/daemonsets$/, DAEMON_SET],
  [/\/leases$/, LEASE],
  [/\/secrets$/, SECRET],
];
const OURS = /^(?:the object provided|the API version in the data)|cannot be handled as a|json parse error/;

const shared = sharedDir();
describe.skipIf(!shared)('recorded creates', () => {
  const dir = join(shared ?? '', 'oracle/cases');
  const refusals: [string, string, DecodeTarget, FieldValidation, string][] = [];
  for (const file of shared ? readdirSync(dir) : []) {
    const { cases } = JSON.parse(readFileSync(join(dir, file), 'utf8')) as { cases: { name: string; steps: Step[] }[] };
    for (const { name, steps } of cases) {
      for (const step of steps) {
        const kind = step.method === 'POST' && TARGETS.find(([path]) => path.test(step.path))?.[1];
        const type = step.headers?.['content-type'] ?? 'application/json';
        if (!kind || !type.startsWith('application/json')) continue;
        const text = typeof step.bodyRaw === 'string' ? step.bodyRaw : JSON.stringify(step.bodyRaw ?? step.body ?? null);
        const message = step.expect.body?.message ?? '';
        const mode = (step.query?.fieldValidation ?? 'Warn') as FieldValidation;
        if (!/\$fill/.test(text) && (step.expect.status < 300 || OURS.test(message))) {
          refusals.push([`${file}: ${name}`, text, kind, mode, OURS.test(message) ? `400 ${message}` : '']);
        }
      }
    }
  }
  test.each(refusals)('%s', (_name, text, kind, mode, message) => {
    const got = decoded(text, kind, mode);
    if (message) expect(got).toBe(message);
    else expect(got).toHaveProperty('object');
  });
});
