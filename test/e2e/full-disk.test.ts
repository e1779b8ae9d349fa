/** A disk that fills up under a running cluster, and one that is full at the start: on a small tmpfs, where this user may mount one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { CONFIGMAPS } from '../../src/core/kube/resource.ts';
import { everynode, PATIENCE, scene } from './everynode.ts';

vi.setConfig({ testTimeout: PATIENCE });
const world = scene('disk');
const disk = world.path('disk');
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).status === 0;
afterAll(async () => {
  if (mounted) spawnSync('umount', ['-l', disk]);
  await world.clean();
});

const map = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { long: 'x'.repeat(100_000) },
});

describe.skipIf(!mounted)('a full disk (needs the right to mount)', () => {
  it('refuses writes with a clear message, keeps serving, and takes writes again', async () => {
    const args = ['--data', `${disk}/data`, '--nodes', '0', '--controllers', ''];
    const up = world.up(args);
    const api = await connect({ file: (await up.ready()).kubeconfig });
    const kept: string[] = [];
    let refusal: unknown;
    while (refusal === undefined && kept.length < 200) {
      const name = `map-${kept.length}`;
      await api.create(CONFIGMAPS, map(name)).then(
        () => kept.push(name),
        (error: unknown) => {
          refusal = error;
        },
      );
    }
    expect(refusal).toBeInstanceOf(ApiError);
    expect((refusal as ApiError).code).toBe(500);
    expect((refusal as ApiError).message).toMatch(/the disk that holds \S+ is full: nothing was written; free some space/);
    const names = async () => (await api.list(CONFIGMAPS, { namespace: 'default' })).items.map(({ metadata }) => metadata.name);
    expect((await names()).sort()).toEqual([...kept].sort());

    spawnSync('mount', ['-o', 'remount,size=16m', disk]);
    await api.create(CONFIGMAPS, map('later'));
    expect(await names()).toContain('later');
    api.close();
    expect(await up.stop()).toMatchObject({ code: 0 });
  });

  it('says so at the start', async () => {
    const ballast = `${disk}/ballast`;
    try {
      for (let i = 0; ; i++) writeFileSync(`${ballast}-${i}`, Buffer.alloc(64 * 1024));
    } catch {
      // The disk is full.
    }
    const ended = await everynode(['up', '--port', '0', '--data', `${disk}/other`]);
    expect(ended).toMatchObject({ code: 7, signal: null });
    expect(ended.stderr).toMatch(/^everynode: .*full.*\n$/);
    for (let i = 0; i < 1000; i++) rmSync(`${ballast}-${i}`, { force: true });
  });
});
