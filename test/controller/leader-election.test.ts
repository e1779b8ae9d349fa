/** Leader election: one leader at a time, failover, foreign clocks, release. */
import { expect, test } from 'vitest';
import { type LeaderElection, startLeaderElection } from '../../src/controller/leader-election.ts';
import type { Lease } from '../../src/controller/lease.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import type { Clock, KubeApi } from '../../src/ports.ts';
import { SeededRandom, settle, VirtualClock } from '../sim/virtual-clock.ts';
import { scriptedApi, silentLog } from './scripted-api.ts';

/** One lease with optimistic locking: all an election needs of an API. */
function leaseHolder() {
  let stored: Lease | undefined;
  let revision = 0;
  const put = (lease: KubeObject) => {
    stored = { ...(lease as Lease), metadata: { ...lease.metadata, resourceVersion: String(++revision) } };
    return stored;
  };
  return {
    get: () => stored,
    api(reach: { up: boolean; hang?: boolean }): KubeApi {
      const answer = async <T>(fn: () => KubeObject): Promise<T> => {
        if (reach.hang) await new Promise<void>(() => {});
        if (!reach.up) throw new Error('connect ECONNREFUSED');
        return fn() as unknown as T;
      };
      return {
        ...scriptedApi(),
        get: () =>
          answer(() => {
            if (!stored) throw new ApiError(404, 'NotFound', 'leases "x" not found');
            return stored;
          }),
        create: (_ref, object) =>
          answer(() => {
            if (stored) throw new ApiError(409, 'AlreadyExists', 'leases "x" already exists');
            return put(object);
          }),
        update: (_ref, object) =>
          answer(() => {
            if (stored?.metadata.resourceVersion !== object.metadata.resourceVersion)
              throw new ApiError(409, 'Conflict', 'modified');
            return put(object);
          }),
      };
    },
  };
}

interface World {
  clock: VirtualClock;
  lease: ReturnType<typeof leaseHolder>;
  /** `<second> a+`, `<second> a-`. */
  log: string[];
  join(name: string, skew?: number): { election: LeaderElection; reach: { up: boolean; hang?: boolean } };
}

function world(): World {
  const clock = new VirtualClock();
  const start = clock.now();
  const lease = leaseHolder();
  const log: string[] = [];
  const leaders = new Set<string>();
  const note = (text: string) => log.push(`${Math.floor((clock.now() - start) / 1000)} ${text}`);
  return {
    clock,
    lease,
    log,
    join(name, skew = 0) {
      const reach = { up: true };
      const skewed: Clock = { now: () => clock.now() + skew, at: (at, fn) => clock.at(at - skew, fn) };
      const election = startLeaderElection({
        api: lease.api(reach),
        clock: skewed,
        random: new SeededRandom(name.length),
        log: silentLog,
        lease: { namespace: 'kube-system', name: 'everynode' },
        identity: name,
        onLeading: () => {
          leaders.add(name);
          note(`${name}+`);
          if (leaders.size > 1) note('two leaders');
        },
        onLost: () => {
          leaders.delete(name);
          note(`${name}-`);
        },
      });
      return { election, reach };
    },
  };
}

async function check(script: (world: World) => Promise<unknown>, log: string[]): Promise<void> {
  const made = world();
  await script(made);
  expect(made.log).toEqual(log);
}

test('the first to come leads and keeps the lease; the record is upstream’s', () =>
  check(
    async ({ join, clock, lease }) => {
      const a = join('a');
      await settle();
      const b = join('b');
      await clock.advance(120_000);
      expect([a.election.leading, b.election.leading, b.election.holder]).toEqual([true, false, 'a']);
      expect(lease.get()?.spec).toEqual({
        holderIdentity: 'a',
        leaseDurationSeconds: 15,
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: '2026-01-01T00:02:00.000000Z',
        leaseTransitions: 0,
      });
    },
    ['0 a+'],
  ));

test('a leader that cannot reach the API stops within 10 s, before another may lead', () =>
  check(
    async ({ join, clock, lease }) => {
      const a = join('a');
      await settle();
      join('b');
      await clock.advance(60_000);
      a.reach.up = false;
      await clock.advance(60_000);
      expect(lease.get()?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
      a.reach.up = true;
      await clock.advance(60_000);
    },
    ['0 a+', '70 a-', '81 b+'],
  ));

test('a request that never returns does not hold leadership up', () =>
  check(
    async ({ join, clock }) => {
      const a = join('a');
      await clock.advance(1000);
      a.reach.hang = true;
      await clock.advance(30_000);
      delete a.reach.hang;
      await clock.advance(30_000);
    },
    ['0 a+', '10 a-', '40 a+'],
  ));

test('clocks that differ by an hour change nothing', () =>
  check(
    async ({ join, clock }) => {
      const a = join('a', 3_600_000);
      await settle();
      join('b', -3_600_000);
      await clock.advance(300_000);
      a.reach.up = false;
      await clock.advance(60_000);
    },
    ['0 a+', '310 a-', '317 b+'],
  ));

test('a leader that stops releases: the next leads at its next try', () =>
  check(
    async ({ join, clock, lease }) => {
      const a = join('a');
      await settle();
      join('b');
      await clock.advance(20_000);
      await a.election.stop();
      expect(lease.get()?.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
      await clock.advance(5_000);
    },
    ['0 a+', '20 a-', '20 b+'],
  ));

test('a candidate that stops leaves the lease alone', () =>
  check(
    async ({ join, clock, lease }) => {
      join('a');
      await settle();
      const b = join('b');
      await clock.advance(5_000);
      await b.election.stop();
      await clock.advance(60_000);
      expect(lease.get()?.spec).toMatchObject({ holderIdentity: 'a' });
    },
    ['0 a+'],
  ));
