/** The order in which a ReplicaSet's pods go, and the counts of budgets: pure rules, table by table. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pod } from '../../src/core/kube/objects.ts';
import { formatTime } from '../../src/core/kube/time.ts';
import { victims } from '../../src/core/workloads/replica-set/victims.ts';

const NOW = Date.UTC(2026, 0, 1);

interface Traits {
  node?: string;
  phase?: 'Pending' | 'Running' | 'Unknown';
  ready?: boolean;
  /** Seconds. */
  readyFor?: number;
  age?: number;
  cost?: string;
  restarts?: number;
  sidecarRestarts?: number;
}

function pod(name: string, traits: Traits = {}): Pod {
  const { node = 'a', phase = 'Running', ready = true, readyFor = 1000, age = 2000, cost, restarts = 0 } = traits;
  const container = { image: 'i', imageID: '', ready };
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      creationTimestamp: formatTime(NOW - age * 1000),
      ...(cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
    },
    spec: {
      containers: [{ name: 'c' }],
      initContainers: [{ name: 's', restartPolicy: 'Always' }],
      ...(node ? { nodeName: node } : {}),
    },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: formatTime(NOW - readyFor * 1000) }],
      containerStatuses: [{ name: 'c', restartCount: restarts, ...container }],
      initContainerStatuses: [{ name: 's', restartCount: traits.sidecarRestarts ?? 0, ...container }],
    },
  };
}

/** `first` goes before `second`, whichever way they are listed; `others` share their Deployment. */
function check(first: Pod, second: Pod, others: Pod[] = []): void {
  for (const pods of [
    [first, second],
    [second, first],
  ]) {
    const gone = victims(pods, [...pods, ...others], { count: 1, now: NOW });
    expect(gone.map(({ metadata }) => metadata.name)).toEqual([first.metadata.name]);
  }
}

describe('victims', () => {
  test.each<[string, Traits, Traits]>([
    ['unassigned before assigned', { node: '', phase: 'Pending', ready: true }, { phase: 'Pending', ready: false }],
    ['Pending before Unknown', { phase: 'Pending' }, { phase: 'Unknown', ready: false }],
    ['Unknown before Running', { phase: 'Unknown' }, { ready: false }],
    ['not ready before ready', { ready: false, cost: '100' }, { cost: '-100' }],
    ['cheap before costly', { cost: '-5', readyFor: 4000 }, { readyFor: 1 }],
    ['a cost that is none is 0', { cost: '+1', readyFor: 1 }, { cost: '1', readyFor: 4000 }],
    ['ready for less long', { readyFor: 10 }, { readyFor: 1000, restarts: 5 }],
    ['more restarts', { restarts: 2, age: 4000 }, { restarts: 1, age: 10 }],
    ['more restarts of sidecars', { sidecarRestarts: 2 }, { sidecarRestarts: 1, age: 10 }],
    ['younger', { age: 1010 }, { age: 9000 }],
  ])('%s', (_name, first, second) => {
    check(pod('z', first), pod('b', second));
  });

  test('ages of one magnitude: by UID', () => {
    check(pod('b', { readyFor: 1300 }), pod('z', { readyFor: 1200 }));
  });

  test('the node with more pods of the Deployment loses one first', () => {
    check(pod('z', { node: 'full' }), pod('b', { node: 'other', readyFor: 1 }), [pod('x', { node: 'full' })]);
  });

  test('any order of the list gives the same victims', () => {
    const traits = fc.record({
      node: fc.constantFrom('', 'a', 'b'),
      phase: fc.constantFrom('Pending' as const, 'Running' as const),
      ready: fc.boolean(),
      readyFor: fc.integer({ min: 1, max: 100_000 }),
      cost: fc.constantFrom('0', '1'),
    });
    const lists = fc.array(traits, { maxLength: 12 }).map((all) => all.map((one, index) => pod(`p${index}`, one)));
    fc.assert(
      fc.property(lists, fc.nat(12), (pods, count) => {
        const names = (list: Pod[]) =>
          victims(list, list, { count, now: NOW })
            .map(({ metadata }) => metadata.name)
            .sort();
        expect(names([...pods].reverse())).toEqual(names(pods));
      }),
    );
  });
});
