/** How a running cluster ends: signals, with watches open, through the launcher of an old Node, and when the launcher dies. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import { PODS } from '../../src/core/kube/resource.ts';
import { type Everynode, PATIENCE, scene } from './everynode.ts';

vi.setConfig({ testTimeout: PATIENCE });
const world = scene('signals');
afterAll(world.clean);

/** A Node that is too old to run everynode itself, where the machine has one. */
const OLD_NODE = '/usr/bin/node';
const withOldNode = it.skipIf(!existsSync(OLD_NODE));

/** Starts a cluster with a watch open on it. */
async function watched(up: Everynode) {
  const { kubeconfig } = await up.ready();
  const api = await connect({ file: kubeconfig });
  const { metadata } = await api.list(PODS);
  const { promise, resolve } = Promise.withResolvers<void>();
  api.watch(PODS, { resourceVersion: metadata.resourceVersion ?? '' }, { events() {}, closed: () => resolve() });
  // The watch is answered once a later request is.
  await api.list(PODS);
  return { api, closed: promise };
}

async function endsWell(up: Everynode, signal: NodeJS.Signals): Promise<void> {
  const { api, closed } = await watched(up);
  expect(await up.stop(signal)).toMatchObject({ code: 0, signal: null, stderr: '' });
  await closed;
  api.close();
}

describe('signals', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`${signal} ends it cleanly with a watch open`, () => endsWell(world.up(['--data', world.path(signal)]), signal));
  }

  it('the echoes of one Ctrl-C are one', async () => {
    const up = world.up(['--data', world.path('echo')]);
    await up.ready();
    for (let i = 0; i < 3; i++) up.child.kill('SIGINT');
    expect(await up.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  withOldNode('an old Node starts the local one and hands signals and exit codes on', async () => {
    await endsWell(world.up(['--data', world.path('old')], { node: OLD_NODE }), 'SIGTERM');
    const wrong = world.up(['--nodes', 'x'], { node: OLD_NODE });
    expect(await wrong.ended).toMatchObject({ code: 2, signal: null });
  });

  withOldNode('the cluster does not outlive its launcher', async () => {
    const data = world.path('orphan');
    const up = world.up(['--data', data, '--nodes', '0'], { node: OLD_NODE });
    await up.ready();
    // Both hold stdout, so that its end says that both have ended.
    expect(await up.stop('SIGKILL')).toMatchObject({ code: null, signal: 'SIGKILL', stderr: '' });
    const again = world.up(['--data', data, '--nodes', '0']);
    expect(await again.ready()).toMatchObject({ ready: true });
    await again.stop();
  });

  it('a second signal ends at once what does not stop by itself', async () => {
    const script = `import(${JSON.stringify(SIGNALS)}).then((signals) => {
      signals.listenForStop();
      setInterval(() => {}, 1000);
      console.log('listening');
    })`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    const asking = setInterval(() => child.kill('SIGTERM'), 50);
    const began = performance.now();
    const [code] = await once(child, 'exit');
    clearInterval(asking);
    expect(code).toBe(128 + 15);
    // Those of the first moments were echoes of the first.
    expect(performance.now() - began).toBeGreaterThan(300);
  });
});

const SIGNALS = new URL('../../src/cli/signals.ts', import.meta.url).href;
