/** Upstream's known defects in updates, revisions and status: what becomes of each here, in both profiles where they differ. */
import { describe, expect, test } from 'vitest';
import { Fleet } from '../../src/core/daemonset/fleet.ts';
import { reconcile } from '../../src/core/daemonset/reconcile.ts';
import { newRevision } from '../../src/core/daemonset/revision.ts';
import type { ControllerRevision, Node, Taint } from '../../src/core/kube/objects.ts';
import { PROFILES, type ProfileName } from '../../src/core/profile.ts';
import { type DaemonSetOptions, daemonSet, NOW, node, type PodOptions } from './objects.ts';
import { fleetOf, type Situation, shown } from './situation.ts';

interface Case extends Omit<Situation, 'profile'> {
  readonly handbook: readonly string[];
  readonly kubernetes: readonly string[];
}

/** One situation, decided under both profiles. */
function check(given: Case): void {
  for (const profile of ['handbook', 'kubernetes'] as const) {
    expect(reconcile(fleetOf({ ...given, profile }).fleet, NOW).actions.map(shown), profile).toEqual(given[profile]);
  }
}

const NO_SCHEDULE: Taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
const up = (...names: string[]): Node[] => names.map((name) => node(name, { ready: 'True' }));
const dead = (name: string): Node =>
  node(name, { ready: 'Unknown', taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }] });
const on = (name: string, more: PodOptions = {}): PodOptions => ({ node: name, ...more });
const old = (name: string, more: PodOptions = {}): PodOptions => on(name, { hash: 'old', ...more });
const broken = { ready: false as const };
const surge: DaemonSetOptions = {
  spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } },
};
const tolerant: DaemonSetOptions = { pod: { tolerations: [{ operator: 'Exists' }] } };

describe('5.2, delete first', () => {
  test.each<[string, Case]>([
    [
      'nodes that are not eligible or gone spend the budget (kruise PR 2387): not with a hard budget',
      {
        nodes: [node('n1', { taints: [NO_SCHEDULE] }), ...up('n3')],
        pods: { a: on('n1', broken), b: on('n2', broken), c: old('n3') },
        handbook: ['delete c: OutdatedPod'],
        kubernetes: [],
      },
    ],
    [
      'unavailable old pods are all replaced at once, whatever the budget: within it with a hard one (kruise #1323)',
      {
        nodes: up('n1', 'n2', 'n3'),
        pods: { a: old('n1', broken), b: old('n2', broken), c: old('n3', broken) },
        handbook: ['delete a: OutdatedPodUnavailable'],
        kubernetes: ['delete a: OutdatedPodUnavailable', 'delete b: OutdatedPodUnavailable', 'delete c: OutdatedPodUnavailable'],
      },
    ],
    [
      'unavailable old pods are counted before available ones are taken (#123232)',
      {
        nodes: up('n1', 'n2'),
        pods: { a: old('n1', broken), b: old('n2') },
        handbook: ['delete a: OutdatedPodUnavailable'],
        kubernetes: ['delete a: OutdatedPodUnavailable'],
      },
    ],
    [
      'a pod stuck terminating on a dead node stalls the update (#63465, #77773): not with a hard budget',
      {
        nodes: [dead('n1'), ...up('n2')],
        pods: { a: old('n1', { ...broken, deleting: true }), b: old('n2') },
        handbook: ['delete b: OutdatedPod'],
        kubernetes: [],
      },
    ],
    [
      'an old pod on a node that is not ready stalls the update (#117204, #73011): not with a hard budget',
      {
        daemonSet: tolerant,
        nodes: [dead('n1'), ...up('n2')],
        pods: { a: old('n1', broken), b: old('n2') },
        handbook: ['delete b: OutdatedPod'],
        kubernetes: ['delete a: OutdatedPodUnavailable'],
      },
    ],
    [
      'a failed pod of the new revision spends budget while it waits (#95457): so it does, and its node is named in the conditions',
      {
        nodes: up('n1', 'n2'),
        pods: { a: on('n1', { ...broken, phase: 'Failed' }), b: old('n2') },
        handbook: ['delete a: FailedDaemonPod'],
        kubernetes: ['delete a: FailedDaemonPod'],
      },
    ],
    [
      'old pods on nodes with a NoSchedule taint are deleted and never come back: kept with a hard budget',
      {
        nodes: [node('n1', { taints: [NO_SCHEDULE] }), ...up('n2')],
        pods: { a: old('n1'), b: on('n2') },
        handbook: [],
        kubernetes: ['delete a: OutdatedPod'],
      },
    ],
  ])('%s', (_, given) => check(given));

  test.each<ProfileName>(['handbook', 'kubernetes'])('the order of candidates is random: here it is defined (%s)', (profile) => {
    const pods = { c: old('n3', { created: NOW - 500_000 }), a: old('n1'), d: old('n4', broken), b: old('n2') };
    const spec = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 3 } } } as const;
    const orders = [Object.entries(pods), Object.entries(pods).reverse()].map((entries) => {
      const situation = { profile, daemonSet: { spec }, nodes: up('n4', 'n2', 'n1', 'n3'), pods: Object.fromEntries(entries) };
      return reconcile(fleetOf(situation).fleet, NOW).actions.map(shown);
    });
    expect(orders[0]).toEqual(['delete d: OutdatedPodUnavailable', 'delete c: OutdatedPod', 'delete a: OutdatedPod']);
    expect(orders[1]).toEqual(orders[0]);
  });

  test('an old failed pod is replaced without regard to its back-off: a new template is tried at once', () => {
    const { fleet, podOf } = fleetOf({ pods: { a: { ...broken, phase: 'Failed' } } });
    fleet.expectDelete('a', NOW);
    fleet.removePod('a');
    fleet.setPod(podOf('b', { ...broken, phase: 'Failed' }));
    expect(reconcile(fleet, NOW).actions).toEqual([]);
    fleet.setDaemonSet(daemonSet({ generation: 2, image: 'agent:2' }));
    expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(['create-revision', 'delete b: FailedDaemonPod']);
  });
});

describe('5.3, create first', () => {
  test.each<[string, Case]>([
    [
      'an old pod on a deleted node makes the whole pass fail: it counts as not eligible',
      {
        daemonSet: surge,
        nodes: up('n2'),
        pods: { a: old('n1'), b: old('n2') },
        handbook: ['create n2'],
        kubernetes: ['create n2', 'delete a: OutdatedPodSurplus'],
      },
    ],
    [
      'an old pod on a node that is not eligible goes as surplus: kept with a hard budget',
      {
        daemonSet: surge,
        nodes: [node('n1', { taints: [NO_SCHEDULE] }), ...up('n2')],
        pods: { a: old('n1'), b: on('n2') },
        handbook: [],
        kubernetes: ['delete a: OutdatedPodSurplus'],
      },
    ],
  ])('%s', (_, given) => check(given));

  test.each<ProfileName>(['handbook', 'kubernetes'])(
    'the failed-pod back-off is bypassed (#124388): here it holds (%s)',
    (profile) => {
      const { fleet, podOf } = fleetOf({ profile, daemonSet: surge, pods: { a: { ...broken, phase: 'Failed' } } });
      fleet.expectDelete('a', NOW);
      fleet.removePod('a');
      fleet.setPod(podOf('b', { ...broken, phase: 'Failed' }));
      const waiting = reconcile(fleet, NOW + 999);
      expect([waiting.actions, waiting.wakeAt]).toEqual([[], NOW + 1_000]);
      expect(reconcile(fleet, NOW + 1_000).actions.map(shown)).toEqual(['create n1', 'delete b: FailedDaemonPod']);
    },
  );

  test.each<ProfileName>(['handbook', 'kubernetes'])(
    'surge with host ports never progresses, and nobody says so (#106417): here an event and a condition do (%s)',
    (profile) => {
      const pod = { hostNetwork: true, containers: [{ name: 'agent', ports: [{ containerPort: 9100 }] }] };
      const { fleet, podOf } = fleetOf({ profile, daemonSet: { ...surge, pod }, pods: { a: old('n1') } });
      expect(reconcile(fleet, NOW).notices.map(({ because }) => because.code)).toEqual(['SurgeHostPort']);
      fleet.setPod(podOf('b', broken));
      const { status } = reconcile(fleet, NOW);
      expect(status.conditions?.find(({ type }) => type === 'Degraded')?.reason).toBe('HostPortInUse');
    },
  );
});

function revision(change: (made: ControllerRevision) => ControllerRevision, number = 1): ControllerRevision {
  const made = newRevision(daemonSet(), `hash-${number}`, number);
  const { metadata, ...rest } = made;
  return change({ ...rest, metadata: { ...metadata, name: `agent-${number}`, uid: `r${number}` } });
}

function decisionWith(revisions: readonly ControllerRevision[], pods: Readonly<Record<string, PodOptions>> = {}): string[] {
  const fleet = new Fleet(daemonSet(), PROFILES.kubernetes);
  for (const one of revisions) fleet.setRevision(one);
  fleet.setNode(node('n1'));
  const { podOf } = fleetOf({});
  for (const [name, more] of Object.entries(pods)) fleet.setPod(podOf(name, more));
  return reconcile(fleet, NOW).actions.map(shown);
}

describe('6, revisions', () => {
  test('long names are not clipped upstream: here the name is always valid', () => {
    const fleet = new Fleet(
      daemonSet({ metadata: { name: `${'x'.repeat(250)}`, namespace: 'monitoring', uid: 'ds' } }),
      PROFILES.kubernetes,
    );
    const [create] = reconcile(fleet, NOW).actions;
    expect(create?.kind === 'create-revision' && create.revision.metadata.name?.length).toBe(253);
  });

  test('another serialisation of the same template restarts a fleet (#78633, #134773): here it does not', () => {
    const drifted = revision((made) => {
      const { template } = daemonSet().spec;
      const spec = {
        ...template.spec,
        securityContext: {},
        restartPolicy: 'Always',
        containers: [{ name: 'agent', image: 'agent:1', resources: {} }],
      };
      return {
        ...made,
        data: {
          spec: { template: { $patch: 'replace', spec, metadata: { creationTimestamp: null, labels: { app: 'agent' } } } },
        },
      };
    });
    expect(decisionWith([drifted], { a: { hash: 'hash-1' } })).toEqual([]);
  });

  test('duplicates of the current revision (#111280): pods are relabelled, not restarted, and the duplicate goes', () => {
    const both = [revision((made) => made, 1), revision((made) => made, 2)];
    expect(decisionWith(both, { a: { hash: 'hash-1' } })).toEqual(['relabel-pod a']);
    expect(decisionWith(both, { a: { hash: 'hash-2' } })).toEqual(['delete-revision']);
  });

  test('a revision without the hash label gets its own name as hash, and pods that carry it stay', () => {
    const bare = revision(({ metadata: { labels: _, ...metadata }, ...made }) => ({
      ...made,
      metadata: { ...metadata, labels: { app: 'agent' } },
    }));
    const fleet = new Fleet(daemonSet(), PROFILES.kubernetes);
    fleet.setRevision(bare);
    const [action] = reconcile(fleet, NOW).actions;
    expect(action).toMatchObject({ kind: 'label-revision', revision: { name: 'agent-1', uid: 'r1' }, hash: 'agent-1' });
    expect(decisionWith([bare], { a: { hash: 'agent-1' } })).toEqual(['label-revision']);
  });
});

describe('7, status', () => {
  test('desired stays stale when a node is deleted: here it follows at once', () => {
    const { fleet } = fleetOf({ nodes: up('n1', 'n2'), pods: { a: on('n1'), b: on('n2') } });
    reconcile(fleet, NOW);
    expect(fleet.removeNode('n2')).toBe(true);
    expect(reconcile(fleet, NOW).status.desiredNumberScheduled).toBe(1);
  });

  test.each<ProfileName>(['handbook', 'kubernetes'])('conditions are never written (#106054): here they are (%s)', (profile) => {
    const { status } = reconcile(fleetOf({ profile, pods: { a: {} } }).fleet, NOW);
    expect(status.conditions?.map(({ type }) => type)).toEqual(['Progressing', 'Available', 'Degraded']);
  });

  test('during a surge updated lags until the old pod is gone, as upstream counts', () => {
    const { status } = reconcile(fleetOf({ daemonSet: surge, pods: { a: old('n1'), b: on('n1', broken) } }).fleet, NOW);
    expect([status.updatedNumberScheduled, status.numberAvailable]).toEqual([undefined, 1]);
  });

  test.each<[string, number, number]>([
    ['ahead', 60_000, 70_000],
    ['behind', -4_000, 6_000],
  ])(
    'a kubelet whose clock is %s (#77203): minReadySeconds counts from what it wrote, and we wake for just that moment',
    (_, skew, left) => {
      const { fleet } = fleetOf({ daemonSet: { spec: { minReadySeconds: 10 } }, pods: { a: on('n1', { ready: NOW + skew }) } });
      const waiting = reconcile(fleet, NOW);
      expect([waiting.status.numberReady, waiting.status.numberAvailable, waiting.wakeAt]).toEqual([1, undefined, NOW + left]);
      expect(reconcile(fleet, NOW + left - 1).status.numberAvailable).toBeUndefined();
      expect(reconcile(fleet, NOW + left).status.numberAvailable).toBe(1);
    },
  );

  test('without minReadySeconds a pod is available as soon as it is ready, whatever its kubelet thinks the time is (#77203)', () => {
    const { fleet } = fleetOf({ pods: { a: on('n1', { ready: NOW + 60_000 }) } });
    expect(reconcile(fleet, NOW).status.numberAvailable).toBe(1);
  });
});
