/** What was asked for and is not seen yet: never asked twice, never revived, not believed for ever. */
import { expect, test } from 'vitest';
import { Fleet } from '../../src/core/daemonset/fleet.ts';
import { reconcile } from '../../src/core/daemonset/reconcile.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { daemonSet, NOW, node, pod } from './objects.ts';

const MINUTE = 60_000;

type Step = (fleet: Fleet) => void;

/** Runs the steps on a fleet of node `n1` and expects the pod actions that are decided then. */
function check(steps: readonly Step[], expected: readonly string[], at = NOW): void {
  const fleet = new Fleet(daemonSet(), PROFILES.handbook);
  fleet.setNode(node('n1'));
  reconcile(fleet, NOW);
  for (const step of steps) step(fleet);
  const actions = reconcile(fleet, at).actions.filter(({ kind }) => kind.endsWith('-pod'));
  expect(
    actions.map((action) =>
      'pod' in action ? `${action.kind} ${'uid' in action.pod ? action.pod.uid : action.pod.metadata.name}` : action.kind,
    ),
  ).toEqual(expected);
}

const asked: Step = (fleet) => fleet.expectCreate('n1', NOW);
const hash = (fleet: Fleet): string => fleet.history.hash;
const answer: Step = (fleet) => fleet.created(pod('a', { hash: hash(fleet), version: 5 }), NOW);
const seen: Step = (fleet) => fleet.setPod(pod('a', { hash: hash(fleet), version: 5 }));
const failed: Step = (fleet) => fleet.setPod(pod('a', { hash: hash(fleet), version: 6, phase: 'Failed', ready: false }));
const ended: Step = (fleet) => fleet.removePod('a');
const deleteAsked: Step = (fleet) => fleet.expectDelete('a', NOW);
const terminating: Step = (fleet) => fleet.setPod(pod('a', { hash: hash(fleet), version: 7, deleting: true }));

test.each<[string, Step[], string[], number?]>([
  ['a create is not asked for twice', [asked], []],
  ['nor after its answer', [asked, answer], []],
  ['nor when the watch was first', [asked, seen], []],
  ['a failed create is asked for again', [asked, (fleet) => fleet.createFailed('n1', NOW)], ['create-pod agent-n1']],
  ['a taken name is waited for', [asked, (fleet) => fleet.createFailed('n1', NOW, { nameTaken: true })], []],
  [
    'then another name is used',
    [asked, (fleet) => fleet.createFailed('n1', NOW, { nameTaken: true })],
    ['create-pod agent-n1-HASH'],
    NOW + 1000,
  ],
  ['an ended pod is not revived by a late answer', [asked, seen, ended, answer], ['create-pod agent-n1']],
  ['nor by the late answer to a patch', [asked, seen, ended, seen], ['create-pod agent-n1']],
  ['not even when only the end was seen', [asked, ended, answer], ['create-pod agent-n1']],
  ['an old state does not undo a newer one', [seen, failed, seen], ['delete-pod a']],
  ['a late answer does not undo a newer state', [asked, failed, answer], ['delete-pod a']],
  ['a delete is not asked for twice', [seen, failed, deleteAsked], []],
  [
    'a failed delete is asked for again, in its back-off',
    [seen, failed, deleteAsked, (fleet) => fleet.deleteFailed('a')],
    [],
    NOW + 999,
  ],
  ['and after it', [seen, failed, deleteAsked, (fleet) => fleet.deleteFailed('a')], ['delete-pod a'], NOW + 1000],
  ['a pod that is gone makes room', [seen, deleteAsked, terminating, ended], ['create-pod agent-n1']],
  ['an unseen create is believed for five minutes', [asked], [], NOW + 5 * MINUTE - 1],
  ['and no longer', [asked], ['create-pod agent-n1'], NOW + 5 * MINUTE],
  ['an unseen delete likewise', [seen, failed, deleteAsked], ['delete-pod a'], NOW + 5 * MINUTE],
  ['a pod known by its answer alone likewise', [asked, answer], ['create-pod agent-n1'], NOW + 5 * MINUTE],
  ['a confirmed one stays', [asked, answer, seen], [], NOW + 5 * MINUTE],
])('%s', (_, steps, expected, at) => {
  const short = new Fleet(daemonSet(), PROFILES.handbook).history.hash.slice(0, 5);
  check(
    steps,
    expected.map((text) => text.replace('HASH', short)),
    at,
  );
});

test('the fleet wakes when it stops believing', () => {
  const fleet = new Fleet(daemonSet(), PROFILES.handbook);
  fleet.setNode(node('n1'));
  fleet.expectCreate('n1', NOW);
  expect(reconcile(fleet, NOW).wakeAt).toBe(NOW + 5 * MINUTE);
  expect(fleet.expectations.outstanding).toBe(1);
});

test('what cannot change a decision is answered with false', () => {
  const fleet = new Fleet(daemonSet(), PROFILES.handbook);
  expect(fleet.setNode(node('n1'))).toBe(true);
  const heartbeat = { ...node('n1'), status: { conditions: [] } };
  expect(fleet.setNode(heartbeat)).toBe(false);
  expect(fleet.setPod(pod('a', { version: 1 }))).toBe(true);
  const restarted = { ...pod('a', { version: 2 }) };
  expect(fleet.setPod({ ...restarted, status: { ...restarted.status, podIP: '10.0.0.1' } })).toBe(false);
  expect(fleet.setPod(pod('a', { version: 3, ready: NOW }))).toBe(true);
  expect(fleet.setPod(pod('a', { version: 2, ready: false }))).toBe(false);
});
