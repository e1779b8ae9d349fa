/** The DaemonSet spec after defaulting, for real manifests as a real API server returned it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultDaemonSet } from '../../src/core/api/defaults/daemonset.ts';
import { decodeTyped } from '../../src/core/api/schema/decode.ts';
import type { DaemonSet } from '../../src/core/kube/objects.ts';
import { sharedDir } from '../shared.ts';

const dir = sharedDir();

/** Quoted texts that begin again left of their key: Go's YAML reader takes them, the `yaml` package does not. */
const UNREADABLE = [
  'manifests/cloud-provider-openstack-openstack-manila-csi-nodeplugin.yaml',
  'manifests/sdn-hnsautomitigator2019.yaml',
];

function defaulted(body: unknown): DaemonSet['spec'] {
  const daemonSet = decodeTyped(body, 'io.k8s.api.apps.v1.DaemonSet').object as DaemonSet;
  defaultDaemonSet(daemonSet);
  return daemonSet.spec;
}

function check(body: unknown, expected: unknown): void {
  expect(defaulted(body)).toEqual(expected);
}

describe.skipIf(!dir)('manifests of the field', () => {
  const recorded = dir ? (JSON.parse(readFileSync(join(dir, 'oracle/defaulted.json'), 'utf8')) as Record<string, unknown>) : {};
  test.each(Object.entries(recorded).filter(([file]) => !UNREADABLE.includes(file)))('%s', (file, expected) => {
    check(parse(readFileSync(join(dir ?? '', 'corpus', file), 'utf8'), { version: '1.1' }), expected);
  });
});
