/** Real manifests: accepted or refused as a real API server did, with its causes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Cause } from '../../src/core/api/api-error.ts';
import { defaultDaemonSet } from '../../src/core/api/defaults/daemonset.ts';
import { decodeTyped } from '../../src/core/api/schema/decode.ts';
import { validateDaemonSet } from '../../src/core/api/validation/daemonset.ts';
import type { DaemonSet } from '../../src/core/kube/objects.ts';
import { sharedDir } from '../shared.ts';

interface Placed {
  accepted: boolean;
  code?: number;
  causes?: Cause[];
}

const dir = sharedDir();
/** Quoted texts that the `yaml` package cannot read. */
const UNREADABLE = /manila-csi-nodeplugin|hnsautomitigator2019/;

function check(file: string, placed: Placed): void {
  const body = parse(readFileSync(join(dir ?? '', 'corpus', file), 'utf8'), { version: '1.1' });
  const daemonSet = decodeTyped(body, 'io.k8s.api.apps.v1.DaemonSet').object as DaemonSet;
  daemonSet.metadata.namespace = 'default';
  defaultDaemonSet(daemonSet);
  expect(validateDaemonSet(daemonSet)).toEqual(placed.accepted ? [] : placed.causes);
}

describe.skipIf(!dir)('manifests of the field', () => {
  const all = dir ? (JSON.parse(readFileSync(join(dir, 'oracle/placement.json'), 'utf8')) as Record<string, Placed>) : {};
  const decided = Object.entries(all).filter(([file, { code }]) => code !== 400 && !UNREADABLE.test(file));
  test.each(decided)('%s', check);
});
