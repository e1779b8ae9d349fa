/** Names of events: two recorders that start together do not write over each other. */
import { expect, test } from 'vitest';
import { EventCorrelator } from '../../src/core/kube/event-aggregation.ts';

/** Everything here that records events. */
const COMPONENTS = [
  'kubelet',
  'node-controller',
  'taint-eviction-controller',
  'controllermanager',
  'daemonset-controller',
  'deployment-controller',
  'replicaset-controller',
  'default-scheduler',
  'apiserver',
  'everynode-simulation',
];
const NOW = Date.UTC(2026, 0, 1);

/** The names one recorder gives to `count` events about a node, all in one millisecond. */
function names(component: string, count: number): string[] {
  const correlator = new EventCorrelator();
  return Array.from({ length: count }, (_, index) => {
    const note = {
      type: 'Normal' as const,
      reason: `R${index}`,
      message: 'm',
      subject: { apiVersion: 'v1', kind: 'Node', name: 'n' },
      component,
    };
    const verdict = correlator.correlate(note, NOW);
    return verdict.kind === 'drop' ? 'dropped' : verdict.name;
  });
}

test('the same instant and the same place in the sequence, by two components', () => {
  const all = COMPONENTS.flatMap((one) => names(one, 20));
  expect(new Set(all).size).toBe(all.length);
});

test('names of one recorder sort as they came', () => {
  const given = names('kubelet', 20);
  expect([...given].sort()).toEqual(given);
});
