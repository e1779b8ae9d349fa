/** Who is tried when: turns, back-off, and the events that wake. */
import { describe, expect, test } from 'vitest';
import { type ClusterEvent, nodeChange } from '../../src/core/scheduler/cluster-event.ts';
import { podInfoOf } from '../../src/core/scheduler/pod-info.ts';
import type { FilterName } from '../../src/core/scheduler/rejection.ts';
import { SchedulingQueue } from '../../src/core/scheduler/scheduling-queue.ts';
import { node, type PodWords, pinnedTo, pod } from './objects.ts';

type Step =
  | { at: number; put: string; words?: PodWords; changed?: boolean }
  | { at: number; fail: string; by: FilterName[] }
  | { at: number; retry: string }
  | { at: number; remove: string }
  | { at: number; wake: ClusterEvent }
  /** All that can be taken, in order. */
  | { at: number; pops: string[] }
  | { at: number; due: number | undefined };

function check(steps: readonly Step[]): void {
  const queue = new SchedulingQueue();
  for (const step of steps) {
    const { at } = step;
    if ('put' in step) queue.put(podInfoOf(pod(step.put, step.words)), at, step.changed);
    else if ('fail' in step) queue.failed(`uid-${step.fail}`, new Set(step.by), at);
    else if ('retry' in step) queue.retry(`uid-${step.retry}`, at);
    else if ('remove' in step) queue.remove(`uid-${step.remove}`);
    else if ('wake' in step) queue.wake(step.wake, at);
    else if ('due' in step) expect(queue.nextDue(at)).toBe(step.due);
    else expect(popAll(queue, at)).toEqual(step.pops);
  }
}

function popAll(queue: SchedulingQueue, now: number): string[] {
  const found: string[] = [];
  for (let info = queue.pop(now); info; info = queue.pop(now)) found.push(info.pod.metadata.name ?? '');
  return found;
}

const gone = (name: string): ClusterEvent => ({ kind: 'pod-gone', node: name });
const changed = (name: string, ...cures: FilterName[]): ClusterEvent => ({
  kind: 'node-changed',
  node: name,
  cures: new Set(cures),
});

describe('turns', () => {
  test('priority, then time', () =>
    check([
      { at: 0, put: 'first' },
      { at: 1, put: 'second' },
      { at: 2, put: 'vip', words: { priority: 5 } },
      { at: 2, pops: ['vip', 'first', 'second'] },
      { at: 2, due: undefined },
    ]));

  test('a pod is queued once, and not after its removal', () =>
    check([
      { at: 0, put: 'p' },
      { at: 0, put: 'p' },
      { at: 0, put: 'q' },
      { at: 0, remove: 'q' },
      { at: 0, pops: ['p'] },
      { at: 1, put: 'p', changed: true },
      { at: 1, pops: [] },
    ]));
});

describe('back-off', () => {
  test('1 s, doubling to 10 s', () => {
    const steps: Step[] = [{ at: 0, put: 'p' }];
    let at = 0;
    for (const wait of [1000, 2000, 4000, 8000, 10_000, 10_000]) {
      steps.push({ at, pops: ['p'] }, { at, fail: 'p', by: ['NodeResourcesFit'] }, { at, wake: gone('a') });
      steps.push({ at, due: at + wait }, { at: at + wait - 1, pops: [] });
      at += wait;
    }
    check(steps);
  });

  test('nobody waits in vain for more than five minutes', () =>
    check([
      { at: 0, put: 'p' },
      { at: 0, pops: ['p'] },
      { at: 0, fail: 'p', by: ['NodeAffinity'] },
      { at: 0, due: 300_000 },
      { at: 299_999, pops: [] },
      { at: 300_000, pops: ['p'] },
    ]));

  test('a failed write is tried again without any event', () =>
    check([
      { at: 0, put: 'p' },
      { at: 0, pops: ['p'] },
      { at: 5, retry: 'p' },
      { at: 1004, pops: [] },
      { at: 1005, pops: ['p'] },
    ]));
});

describe('what wakes whom', () => {
  const cases: { name: string; by: FilterName[]; words?: PodWords; event: ClusterEvent; wakes: boolean }[] = [
    { name: 'room', by: ['NodeResourcesFit'], event: gone('a'), wakes: true },
    { name: 'a pod going does not take a taint away', by: ['TaintToleration'], event: gone('a'), wakes: false },
    {
      name: 'room on another node than the named',
      by: ['NodeResourcesFit'],
      words: { spec: pinnedTo('a') },
      event: gone('b'),
      wakes: false,
    },
    { name: 'room on the named node', by: ['NodeResourcesFit'], words: { spec: pinnedTo('a') }, event: gone('a'), wakes: true },
    {
      name: 'the named node comes',
      by: ['NodeAffinity'],
      words: { spec: pinnedTo('a') },
      event: { kind: 'node-added', node: 'a' },
      wakes: true,
    },
    { name: 'any node where there was none', by: [], event: { kind: 'node-added', node: 'a' }, wakes: true },
    { name: 'a taint goes', by: ['TaintToleration'], event: changed('a', 'TaintToleration'), wakes: true },
    { name: 'labels change for one who lacks room', by: ['NodeResourcesFit'], event: changed('a', 'NodeAffinity'), wakes: false },
    {
      name: 'a friend comes',
      by: ['InterPodAffinity'],
      words: { spec: pinnedTo('a') },
      event: { kind: 'pod-placed' },
      wakes: true,
    },
    { name: 'a pod comes for one who lacks room', by: ['NodeResourcesFit'], event: { kind: 'pod-placed' }, wakes: false },
    { name: 'the pod itself changes', by: ['NodeResourcesFit'], event: { kind: 'namespace-changed' }, wakes: false },
  ];
  test.each(cases)('$name', ({ by, words = {}, event, wakes }) =>
    check([
      { at: 0, put: 'p', words },
      { at: 0, pops: ['p'] },
      { at: 0, fail: 'p', by },
      { at: 2000, wake: event },
      { at: 2000, pops: wakes ? ['p'] : [] },
      { at: 2000, put: 'p', words, changed: true },
      { at: 2000, pops: wakes ? [] : ['p'] },
    ]),
  );
});

describe('changes of a node', () => {
  const before = node('a');
  const cases: { name: string; after: ReturnType<typeof node>; cures: FilterName[] | undefined }[] = [
    {
      name: 'a heartbeat',
      after: { ...structuredClone(before), status: { ...before.status, conditions: [] } },
      cures: undefined,
    },
    {
      name: 'labels',
      after: node('a', { labels: { x: 'y' } }),
      cures: ['NodeAffinity', 'PodTopologySpread', 'InterPodAffinity'],
    },
    {
      name: 'taints',
      after: node('a', { taints: [{ key: 'k', effect: 'NoSchedule' }] }),
      cures: ['TaintToleration', 'PodTopologySpread'],
    },
    { name: 'a cordon', after: node('a', { unschedulable: true }), cures: ['NodeUnschedulable'] },
    { name: 'size', after: node('a', { cpu: '8' }), cures: ['NodeResourcesFit'] },
  ];
  test.each(cases)('$name', ({ after, cures }) => {
    expect(nodeChange(after, before)).toEqual(cures && { kind: 'node-changed', node: 'a', cures: new Set(cures) });
  });
});
