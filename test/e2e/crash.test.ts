/** `kill -9` under load: every acknowledged write is there afterwards, nothing is half, and a watch goes on where it stood. */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { CONFIGMAPS } from '../../src/core/kube/resource.ts';
import type { KubeApi, WatchEvent } from '../../src/ports.ts';
import { EXAMPLES, PATIENCE, scene } from './everynode.ts';

vi.setConfig({ testTimeout: PATIENCE });
const world = scene('crash');
afterAll(world.clean);

const WRITERS = 8;
/** Acknowledged writes after which each round kills. */
const ROUNDS = [40, 150, 400];
/** A body long enough to be torn. */
const LONG = 'x'.repeat(5000);

interface Load {
  /** Name → the value of its last acknowledged write. */
  readonly acknowledged: Map<string, number>;
  /** Name → the value of a write that was sent and never answered. */
  readonly unanswered: Map<string, number>;
}

function object(name: string, value: number): KubeObject {
  const data = { value: String(value), long: LONG, again: String(value) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data };
}

/** Writes until the server is gone; `enough` is called once `count` writes are acknowledged. */
async function write(api: KubeApi, load: Load, { count, enough }: { count: number; enough: () => void }): Promise<void> {
  let done = 0;
  const writer = async (index: number) => {
    for (let step = 0; ; step++) {
      const name = `w${index}-${step % 20}`;
      const value = (load.acknowledged.get(name) ?? load.unanswered.get(name) ?? 0) + 1;
      const known = load.acknowledged.has(name);
      load.unanswered.set(name, value);
      await (known ? api.update(CONFIGMAPS, object(name, value)) : api.create(CONFIGMAPS, object(name, value)));
      load.acknowledged.set(name, value);
      load.unanswered.delete(name);
      if (++done === count) enough();
    }
  };
  await Promise.allSettled(Array.from({ length: WRITERS }, (_, index) => writer(index)));
}

/** What a watcher has heard, by name, and up to which revision. */
class Heard {
  readonly values = new Map<string, number>();
  revision = '';

  follow(api: KubeApi): () => void {
    const events = (batch: readonly WatchEvent[]) => {
      for (const { type, object } of batch) {
        this.revision = object.metadata.resourceVersion ?? this.revision;
        if (type !== 'BOOKMARK') this.values.set(object.metadata.name ?? '', contentOf(object));
      }
    };
    return api.watch(CONFIGMAPS, { namespace: 'default', resourceVersion: this.revision }, { events, closed() {} });
  }
}

function contentOf({ data }: KubeObject): number {
  const { value, long, again } = data as Record<string, string>;
  expect([again, long]).toEqual([value, LONG]);
  return Number(value);
}

describe('kill -9 while it starts', () => {
  it('leaves a cluster that the next start completes', async () => {
    const args = ['--port', '0', '--data', world.path('start'), '-f', `${EXAMPLES}/node-exporter.yaml`];
    for (const moment of [/Starting/, /created/, /ContainerCreating/]) {
      const up = world.start(['up', ...args]);
      await up.says(moment);
      expect((await up.stop('SIGKILL')).signal).toBe('SIGKILL');
    }
    const up = world.up(args);
    expect(await up.ready()).toMatchObject({ ready: true, nodes: 4 });
    expect(await up.stop()).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('kill -9 under load', () => {
  it('loses nothing that was acknowledged, over several kills', async () => {
    const load: Load = { acknowledged: new Map(), unanswered: new Map() };
    const heard = new Heard();
    const args = ['--data', world.path('data'), '--nodes', '0', '--controllers', ''];
    for (const count of [...ROUNDS, 0]) {
      const up = world.up(args);
      const api = await connect({ file: (await up.ready()).kubeconfig });
      const list = await api.list(CONFIGMAPS, { namespace: 'default' });
      const stored = new Map(list.items.map((item) => [item.metadata.name ?? '', contentOf(item)]));
      for (const [name, value] of load.acknowledged) {
        // A write that was not answered may have happened all the same.
        expect([value, load.unanswered.get(name)]).toContain(stored.get(name));
      }
      for (const [name, value] of stored) load.acknowledged.set(name, value);
      load.unanswered.clear();
      heard.revision ||= list.metadata.resourceVersion ?? '';
      const unfollow = heard.follow(api);
      if (count === 0) {
        await vi.waitFor(() => expect(heard.values).toEqual(stored), { timeout: 10_000 });
        unfollow();
        api.close();
        await up.stop();
        return;
      }
      await write(api, load, { count, enough: () => void up.child.kill('SIGKILL') });
      unfollow();
      api.close();
      expect((await up.ended).signal).toBe('SIGKILL');
    }
  });
});
