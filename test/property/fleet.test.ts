/** An incremental fleet equals one built from scratch, after any sequence of events; shuffled input gives equal decisions. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decision } from '../../src/core/daemonset/decision.ts';
import { reconcile } from '../../src/core/daemonset/reconcile.ts';
import { Roster } from '../../src/core/daemonset/roster.ts';
import type { ControllerRevision, DaemonSet, Node, Pod, Taint } from '../../src/core/kube/objects.ts';
import { PROFILES, type ProfileName } from '../../src/core/profile.ts';
import { daemonSet, NOW, node, pod } from '../daemonset/objects.ts';

const taints: Taint[][] = [
  [],
  [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }],
  [{ key: 'maintenance', effect: 'NoExecute' }],
  [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded: '2026-03-01T11:58:00Z' }],
];
const hashes = ['old', 'older', 'current'] as const;
const names = fc.constantFrom('n0', 'n1', 'n2', 'n3');

type Event =
  | { kind: 'node'; name: string; labels: Record<string, string>; taints: Taint[]; ready: 'True' | 'False' | 'Unknown' }
  | { kind: 'node-gone'; name: string }
  | { kind: 'pod'; pod: Omit<Parameters<typeof pod>[1], never> & object; name: string }
  | { kind: 'pod-gone'; name: string }
  | { kind: 'daemonset'; daemonSet: DaemonSet }
  | { kind: 'revision'; number: number; image: string }
  | { kind: 'time'; seconds: number }
  | { kind: 'decide' };

const podNames = fc.constantFrom('p0', 'p1', 'p2', 'p3', 'p4', 'p5');
const ready = fc.oneof(
  fc.constant(false as const),
  fc.integer({ min: -30, max: 10 }).map((s) => NOW + s * 1000),
);
const podOptions = fc.record({
  node: names,
  hash: fc.constantFrom(...hashes),
  owner: fc.constantFrom('ds', 'ds', 'ds', '', 'other'),
  labels: fc.constantFrom({ app: 'agent' }, { app: 'agent' }, { app: 'other' }),
  phase: fc.constantFrom('Running' as const, 'Running' as const, 'Pending' as const, 'Failed' as const, 'Succeeded' as const),
  ready,
  created: fc.integer({ min: -5, max: 0 }).map((s) => NOW + s * 1000),
  deleting: fc.boolean(),
  unbound: fc.boolean(),
});
const strategy = fc.constantFrom(
  { type: 'OnDelete' as const },
  { type: 'RollingUpdate' as const, rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  { type: 'RollingUpdate' as const, rollingUpdate: { maxUnavailable: '50%', maxSurge: 0 } },
  { type: 'RollingUpdate' as const, rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
);
const DEADLINE = { 'everynode.dev/progress-deadline': '20s' };
const daemonSets = fc
  .record({
    image: fc.constantFrom('agent:1', 'agent:2'),
    selector: fc.constantFrom({}, { os: 'linux' }),
    minReadySeconds: fc.constantFrom(0, 20),
    strategy,
    annotations: fc.constantFrom({}, { 'everynode.dev/budget': 'hard' }, { 'everynode.dev/budget': 'upstream' }, DEADLINE),
  })
  .map(({ image, selector, minReadySeconds, strategy: updateStrategy, annotations }) => {
    const spec = { minReadySeconds, updateStrategy, revisionHistoryLimit: 1 };
    const metadata = { name: 'agent', namespace: 'monitoring', uid: 'ds', annotations };
    return daemonSet({ image, pod: { nodeSelector: selector }, spec, metadata });
  });
const events: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('node' as const),
      name: names,
      labels: fc.constantFrom({}, { os: 'linux' }),
      taints: fc.constantFrom(...taints),
      ready: fc.constantFrom('True' as const, 'True' as const, 'False' as const, 'Unknown' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('node-gone' as const), name: names }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pod' as const), name: podNames, pod: podOptions }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pod-gone' as const), name: podNames }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('daemonset' as const), daemonSet: daemonSets }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('revision' as const),
      number: fc.integer({ min: 1, max: 4 }),
      image: fc.constantFrom('agent:0', 'agent:1', 'agent:2'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.integer({ min: 1, max: 200 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'decide' as const }) },
);

/** The state of the cluster, and a roster that hears of every change. */
class Cluster {
  readonly roster: Roster;
  readonly nodes = new Map<string, Node>();
  readonly pods = new Map<string, Pod>();
  readonly revisions = new Map<string, ControllerRevision>();
  daemonSet: DaemonSet;
  now = NOW;
  #version = 1;

  constructor(profile: ProfileName, first: DaemonSet) {
    this.roster = new Roster(PROFILES[profile]);
    this.daemonSet = first;
    this.roster.daemonSet(first);
  }

  decide(): Decision {
    return decision(this.roster, this.now);
  }

  apply(event: Event): void {
    const version = ++this.#version;
    switch (event.kind) {
      case 'node':
        this.nodes.set(event.name, node(event.name, event));
        this.roster.node(node(event.name, event));
        return;
      case 'node-gone':
        if (this.nodes.delete(event.name)) this.roster.removeNode(node(event.name));
        return;
      case 'pod': {
        const next = pod(event.name, { ...event.pod, version });
        this.pods.set(event.name, next);
        this.roster.pod(next);
        return;
      }
      case 'pod-gone': {
        const gone = this.pods.get(event.name);
        if (gone && this.pods.delete(event.name)) this.roster.removePod(gone);
        return;
      }
      case 'daemonset': {
        const generation = (this.daemonSet.metadata.generation ?? 0) + 1;
        this.daemonSet = { ...event.daemonSet, metadata: { ...event.daemonSet.metadata, generation } };
        this.roster.daemonSet(this.daemonSet);
        return;
      }
      case 'revision': {
        const name = `agent-r${event.number}`;
        const revision = revisionOf(name, event, version);
        this.revisions.set(name, revision);
        this.roster.revision(revision);
        return;
      }
      case 'time':
        this.now += event.seconds * 1000;
        return;
      default:
        this.decide();
    }
  }
}

function revisionOf(name: string, { number, image }: { number: number; image: string }, version: number): ControllerRevision {
  const { template } = daemonSet({ image, pod: { nodeSelector: {} } }).spec;
  const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'ds', controller: true };
  return {
    metadata: {
      name,
      uid: name,
      namespace: 'monitoring',
      resourceVersion: String(version),
      labels: { app: 'agent', 'controller-revision-hash': image === 'agent:1' ? 'current' : 'old' },
      ownerReferences: [owner],
    },
    data: { spec: { template: { ...template, $patch: 'replace' } } },
    revision: number,
  };
}

function decision(roster: Roster, now: number): Decision {
  const fleet = roster.fleet('monitoring/agent');
  if (!fleet) throw new Error('the fleet is missing');
  return reconcile(fleet, now);
}

function rebuilt(cluster: Cluster, shuffle: <T>(items: T[]) => T[], profile: ProfileName): Decision {
  const roster = new Roster(PROFILES[profile]);
  const tellings = [
    () => roster.daemonSet(cluster.daemonSet),
    ...[...cluster.nodes.values()].map((item) => () => roster.node(item)),
    ...[...cluster.pods.values()].map((item) => () => roster.pod(item)),
    ...[...cluster.revisions.values()].map((item) => () => roster.revision(item)),
  ];
  for (const tell of shuffle(tellings)) tell();
  return decision(roster, cluster.now);
}

test.each(['handbook', 'kubernetes'] as const)('incremental equals from scratch (%s)', (profile) => {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  fc.assert(
    fc.property(
      fc.array(events, { minLength: 5, maxLength: 60 }),
      daemonSets,
      fc.infiniteStream(fc.nat()),
      (all, first, numbers) => {
        const cluster = new Cluster(profile, first);
        for (const event of all) cluster.apply(event);
        const shuffle = <T>(items: T[]): T[] => {
          const keyed = items.map((item) => ({ item, key: numbers.next().value }));
          return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
        };
        const incremental = JSON.stringify(cluster.decide());
        expect(JSON.stringify(rebuilt(cluster, shuffle, profile))).toBe(incremental);
        expect(JSON.stringify(cluster.decide())).toBe(incremental);
      },
    ),
    { seed, numRuns: 400 },
  );
});
