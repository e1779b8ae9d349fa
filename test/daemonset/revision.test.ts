/** Revisions: hash, data, comparison by meaning, numbering, duplicates, collisions, clean-up. */
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/core/daemonset/canonical-json.ts';
import { Fleet } from '../../src/core/daemonset/fleet.ts';
import { reconcile } from '../../src/core/daemonset/reconcile.ts';
import { newRevision, revisionData, revisionHash } from '../../src/core/daemonset/revision.ts';
import { templateKey } from '../../src/core/daemonset/template-equality.ts';
import type { ControllerRevision, PodTemplateSpec } from '../../src/core/kube/objects.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { daemonSet, NOW, node, pod } from './objects.ts';

const plain: PodTemplateSpec = {
  metadata: { labels: { app: 'agent' } },
  spec: { containers: [{ name: 'agent', image: 'a:1', ports: [{ containerPort: 1 }] }] },
};
const port = { containerPort: 1, protocol: 'TCP' as const };
const container = {
  name: 'agent',
  image: 'a:1',
  ports: [port],
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};
const spelled: PodTemplateSpec = {
  metadata: { creationTimestamp: null, labels: { app: 'agent' } },
  spec: {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    schedulerName: 'default-scheduler',
    tolerations: [],
    containers: [container],
  },
};

test('defaults spelled out, nulls and key order make no difference', () => {
  expect(templateKey(spelled)).toBe(templateKey(plain));
});

test.each<[string, (template: PodTemplateSpec) => PodTemplateSpec]>([
  ['image', (t) => ({ ...t, spec: { ...t.spec, containers: [{ name: 'agent', image: 'a:2' }] } })],
  ['label', (t) => ({ ...t, metadata: { labels: { app: 'agent', x: '' } } })],
  ['annotation', (t) => ({ ...t, metadata: { ...t.metadata, annotations: { 'kubectl.kubernetes.io/restartedAt': 'x' } } })],
  ['a default of another value', (t) => ({ ...t, spec: { ...t.spec, dnsPolicy: 'Default' } })],
  [
    'an empty selector that means everything',
    (t) => ({ ...t, spec: { ...t.spec, affinity: { podAffinity: { required: [{ namespaceSelector: {} }] } } } }),
  ],
])('a change of %s is one', (_, change) => {
  expect(templateKey(change(plain))).not.toBe(templateKey(plain));
});

test('data is canonical as Go writes it', () => {
  const template = {
    spec: { containers: [{ name: 'a', args: ['<&>\u2028'] }] },
    metadata: { creationTimestamp: null, labels: { b: '1', a: '2' } },
  };
  expect(canonicalJson(revisionData(template))).toBe(
    '{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"a":"2","b":"1"}},"spec":{"containers":[{"args":["\\u003c\\u0026\\u003e\\u2028"],"name":"a"}]}}}}',
  );
});

test('hashes are of the name alphabet, stable, and differ by collision count', () => {
  const hash = revisionHash('x', undefined);
  expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
  expect(revisionHash('x', undefined)).toBe(hash);
  expect(new Set([hash, revisionHash('x', 0), revisionHash('x', 1), revisionHash('y', undefined)]).size).toBe(4);
});

interface Recorded {
  readonly name: string;
  readonly number: number;
  readonly image: string;
  readonly owner?: '' | 'other';
  readonly labels?: Record<string, string>;
}

function revision({ name, number, image, owner, labels }: Recorded): ControllerRevision {
  const made = newRevision(daemonSet({ image }), name, number);
  const references =
    owner === '' ? [] : [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: owner ?? 'ds', controller: true }];
  return { ...made, metadata: { ...made.metadata, name, uid: name, ...(labels ? { labels } : {}), ownerReferences: references } };
}

/** Actions on revisions for the template `agent:1` and a pod carrying each of `alive`, as `kind name [number]`. */
function check(given: { revisions: Recorded[]; alive?: string[]; limit?: number }, expected: string[]): void {
  const fleet = new Fleet(
    daemonSet({ spec: { revisionHistoryLimit: given.limit ?? 10, updateStrategy: { type: 'OnDelete' } } }),
    PROFILES.handbook,
  );
  for (const one of given.revisions) fleet.setRevision(revision(one));
  for (const hash of given.alive ?? []) {
    fleet.setNode(node(`on-${hash}`));
    fleet.setPod(pod(`pod-${hash}`, { hash, node: `on-${hash}` }));
  }
  const shown = reconcile(fleet, NOW).actions.map((action) => {
    switch (action.kind) {
      case 'create-revision':
        return `create ${action.revision.revision}`;
      case 'renumber-revision':
        return `renumber ${action.revision.name} ${action.number}`;
      case 'relabel-pod':
        return `relabel ${action.pod.name} ${action.hash}`;
      case 'adopt-revision':
      case 'release-revision':
      case 'delete-revision':
        return `${action.kind.replace('-revision', '')} ${action.revision.name}`;
      default:
        return action.kind;
    }
  });
  expect(shown).toEqual(expected);
}

const old = (number: number): Recorded => ({ name: `r${number}`, number, image: `old:${number}` });
const current = (number: number, name = 'cur'): Recorded => ({ name, number, image: 'agent:1' });

test.each<[string, Parameters<typeof check>[0], string[]]>([
  ['the first template is recorded as 1', { revisions: [] }, ['create 1']],
  ['a new template follows the highest', { revisions: [old(3), old(7)] }, ['create 8']],
  ['the current one is known', { revisions: [current(2), old(1)] }, []],
  ['an old template in use again is renumbered', { revisions: [current(2), old(5)] }, ['renumber cur 6']],
  ['of duplicates the highest stays', { revisions: [current(2, 'a'), current(3, 'b')] }, ['delete a']],
  [
    'pods of a duplicate are relabelled first',
    { revisions: [current(2, 'a'), current(3, 'b')], alive: ['a'] },
    ['relabel pod-a b'],
  ],
  ['an orphan is adopted and used', { revisions: [{ ...current(1), owner: '' }] }, ['adopt cur']],
  ['one that no longer matches is released', { revisions: [current(2), { ...old(1), labels: { app: 'x' } }] }, ['release r1']],
  ['another owner’s is ignored', { revisions: [{ ...current(4), owner: 'other' }] }, ['create 1']],
  ['the lowest go beyond the limit', { revisions: [current(9), old(1), old(2), old(3)], limit: 1 }, ['delete r1', 'delete r2']],
  [
    'except what a pod carries',
    { revisions: [current(9), old(1), old(2), old(3)], limit: 1, alive: ['r1'] },
    ['delete r2', 'delete r3'],
  ],
  ['a limit of none', { revisions: [current(9), old(1)], limit: 0 }, ['delete r1']],
])('%s', (_, given, expected) => check(given, expected));

test('a name that something else has raises the collision count, and nothing else happens meanwhile', () => {
  const fleet = new Fleet(daemonSet(), PROFILES.handbook);
  fleet.setNode(node('n1'));
  const [first] = reconcile(fleet, NOW).actions;
  if (first?.kind !== 'create-revision') throw new Error('no revision is created');
  fleet.revisionNameTaken(first.revision.metadata.name ?? '');
  const blocked = reconcile(fleet, NOW);
  expect(blocked.actions.map(({ kind }) => kind)).toEqual(['raise-collision-count']);
  expect(blocked.status.collisionCount).toBe(1);
  fleet.setDaemonSet(daemonSet({ status: blocked.status }));
  const [next] = reconcile(fleet, NOW).actions;
  expect(next?.kind === 'create-revision' && next.revision.metadata.name !== first.revision.metadata.name).toBe(true);
});

test('pods carry the hash of the recorded revision, whoever computed it', () => {
  const fleet = new Fleet(daemonSet(), PROFILES.handbook);
  fleet.setNode(node('n1'));
  fleet.setRevision(revision(current(1, '7d9f8c')));
  const [create] = reconcile(fleet, NOW).actions;
  expect(create?.kind === 'create-pod' && create.pod.metadata.labels?.['controller-revision-hash']).toBe('7d9f8c');
});
