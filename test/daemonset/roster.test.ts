/** The roster: which DaemonSets an event concerns. */
import { expect, test } from 'vitest';
import { reconcile } from '../../src/core/daemonset/reconcile.ts';
import { Roster } from '../../src/core/daemonset/roster.ts';
import type { DaemonSet } from '../../src/core/kube/objects.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { daemonSet, NOW, node, pod } from './objects.ts';

const named = (name: string, uid = name, labels: Record<string, string> = { app: 'agent' }): DaemonSet => {
  const base = daemonSet({ metadata: { name, uid, namespace: 'monitoring', generation: 1 } });
  return { ...base, spec: { ...base.spec, selector: { matchLabels: labels } } };
};

/** Two DaemonSets `a` and `b` of one selector, `c` of another, and node `n1`. */
function roster(): Roster {
  const made = new Roster(PROFILES.handbook);
  for (const one of [named('a'), named('b'), named('c', 'c', { app: 'c' })]) made.daemonSet(one);
  made.node(node('n1'));
  return made;
}

type Tell = (roster: Roster) => readonly string[];

function check(before: readonly Tell[], tell: Tell, expected: readonly string[]): void {
  const told = roster();
  for (const earlier of before) earlier(told);
  expect(tell(told)).toEqual(expected.map((name) => `monitoring/${name}`));
}

const owned = (owner: string, version = 1) => pod('p', { owner, version });
const foreign = {
  ...pod('p', { owner: 'x' }),
  metadata: {
    ...pod('p').metadata,
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'r', controller: true }],
  },
};

test.each<[string, Tell[], Tell, string[]]>([
  ['a new node concerns all', [], (r) => r.node(node('n2')), ['a', 'b', 'c']],
  ['a heartbeat nobody', [], (r) => r.node({ ...node('n1'), status: {} }), []],
  ['a label all', [], (r) => r.node(node('n1', { labels: { x: 'y' } })), ['a', 'b', 'c']],
  ['the end of a node all', [], (r) => r.removeNode(node('n1')), ['a', 'b', 'c']],
  ['a pod its owner', [], (r) => r.pod(owned('a')), ['a']],
  ['a pod of nothing new nobody', [(r) => r.pod(owned('a'))], (r) => r.pod(owned('a', 2)), []],
  ['an orphan all that match', [], (r) => r.pod(owned('')), ['a', 'b']],
  ['a pod of a ReplicaSet nobody', [], (r) => r.pod(foreign), []],
  ['a pod of an unknown DaemonSet nobody', [], (r) => r.pod(owned('unknown')), []],
  ['a changed owner both', [(r) => r.pod(owned('a'))], (r) => r.pod(owned('c', 2)), ['c', 'a']],
  ['an adopted orphan those that knew it', [(r) => r.pod(owned(''))], (r) => r.pod(owned('b', 2)), ['b', 'a']],
  ['the end of a pod its owner', [(r) => r.pod(owned('a'))], (r) => r.removePod(owned('a')), ['a']],
  ['the end of an unknown pod nobody', [], (r) => r.removePod(owned('a')), []],
  ['the end of a DaemonSet itself', [], (r) => r.removeDaemonSet(named('a')), ['a']],
  ['the end of a namesake nobody', [], (r) => r.removeDaemonSet(named('a', 'other')), []],
])('%s', (_, before, tell, expected) => check(before, tell, expected));

test('a DaemonSet that comes last finds its nodes, pods and orphans', () => {
  const told = new Roster(PROFILES.handbook);
  told.node(node('n1'));
  told.node(node('n2'));
  told.node(node('n3'));
  told.pod(owned('ds'));
  told.pod(pod('o', { owner: '', node: 'n2' }));
  told.daemonSet(daemonSet());
  const fleet = told.fleet('monitoring/agent');
  if (!fleet) throw new Error('no fleet');
  const { actions, status } = reconcile(fleet, NOW);
  expect(actions.map((action) => ('node' in action ? `${action.kind} ${action.node}` : action.kind))).toEqual([
    'adopt-pod',
    'create-revision',
    'create-pod n3',
  ]);
  expect(status.currentNumberScheduled).toBe(2);
  expect(told.removePod(pod('o', { owner: '', node: 'n2' }))).toEqual(['monitoring/agent']);
});

test('a namesake with another UID starts clean', () => {
  const told = roster();
  told.pod(owned('a'));
  const before = told.fleet('monitoring/a');
  expect(told.daemonSet(named('a', 'a2'))).toEqual(['monitoring/a']);
  const fleet = told.fleet('monitoring/a');
  expect(fleet).not.toBe(before);
  expect(fleet?.pods.size).toBe(0);
});
