/** Our own families, read off described clusters. */
import { describe, expect, it } from 'vitest';
import { newRevision } from '../../src/core/daemonset/revision.ts';
import { Roster } from '../../src/core/daemonset/roster.ts';
import type { DaemonSet, Node, Pod } from '../../src/core/kube/objects.ts';
import { formatTime } from '../../src/core/kube/time.ts';
import { ClusterMetrics } from '../../src/core/metrics/cluster-metrics.ts';
import { exposition } from '../../src/core/metrics/family.ts';
import { NOTHING_ALLOWED } from '../../src/core/metrics/label-names.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { daemonSet, NOW, node, type PodOptions, pod } from '../daemonset/objects.ts';

class Cluster {
  readonly roster = new Roster(PROFILES.handbook);
  readonly metrics = new ClusterMetrics({ roster: this.roster, allow: NOTHING_ALLOWED, since: NOW - 60_000 });
  #version = 1;

  constructor(nodes: readonly Node[], ...daemonSets: DaemonSet[]) {
    for (const one of nodes) this.node(one);
    for (const one of daemonSets) this.daemonSet(one);
  }

  node(one: Node): void {
    this.metrics.changed(this.roster.node(one));
  }

  /** Records its template, too. */
  daemonSet(one: DaemonSet): void {
    this.metrics.changed(this.roster.daemonSet(one));
    const hash = this.hash(one);
    const revision = newRevision(one, hash, 1);
    const metadata = { ...revision.metadata, uid: `${one.metadata.uid}-${hash}`, creationTimestamp: formatTime(NOW - 30_000) };
    this.metrics.changed(this.roster.revision({ ...revision, metadata }));
  }

  hash(one: DaemonSet): string {
    return this.roster.fleet(`${one.metadata.namespace}/${one.metadata.name}`)?.history.hash ?? '';
  }

  pod(name: string, options: PodOptions): Pod {
    const made = pod(name, { hash: this.hash(daemonSet()), version: this.#version++, ...options });
    this.metrics.changed(this.roster.pod(made));
    return made;
  }

  /** Values by `name{labels besides namespace and daemonset}`, without the families of kube-state-metrics and zeros of histograms. */
  values(family: string, now = NOW): Record<string, number> {
    const lines = exposition(this.metrics.collect(now)).split('\n');
    const found = lines.filter((line) => line.startsWith(`everynode_${family}`));
    return Object.fromEntries(
      found.map((line) => {
        const at = line.lastIndexOf(' ');
        const series = line
          .slice(0, at)
          .replace('namespace="monitoring",daemonset="agent"', '')
          .replace('{,', '{')
          .replace('{}', '');
        return [series.replace('everynode_', ''), Number(line.slice(at + 1))];
      }),
    );
  }
}

function check(cluster: Cluster, family: string, expected: Record<string, number>, now = NOW): void {
  expect(cluster.values(family, now)).toEqual(expected);
}

const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' } as const;

describe('metrics of DaemonSets', () => {
  it('count ineligible nodes under the first rule that refuses them', () => {
    const nodes = [node('n1'), node('n2', { taints: [taint] }), node('n3', { taints: [taint] })];
    const cluster = new Cluster([...nodes, node('n4', { labels: { os: 'b' }, taints: [taint] })], daemonSet());
    check(cluster, 'daemonset_ineligible_nodes', { 'daemonset_ineligible_nodes{reason="UntoleratedTaint"}': 3 });
    cluster.daemonSet(daemonSet({ generation: 2, pod: { nodeSelector: { os: 'b' } } }));
    check(cluster, 'daemonset_ineligible_nodes', {
      'daemonset_ineligible_nodes{reason="NodeSelectorMismatch"}': 3,
      'daemonset_ineligible_nodes{reason="UntoleratedTaint"}': 1,
    });
  });

  it('count pods by revision and keep the number of series bounded', () => {
    const names = Array.from({ length: 8 }, (_, i) => `n${i}`);
    const cluster = new Cluster(
      names.map((name) => node(name)),
      daemonSet(),
    );
    for (const [i, name] of names.entries())
      cluster.pod(`p${i}`, { node: name, hash: i === 0 ? cluster.hash(daemonSet()) : `old${i}` });
    const values = cluster.values('daemonset_pods');
    expect(Object.keys(values)).toHaveLength(6);
    expect(values[`daemonset_pods{revision="${cluster.hash(daemonSet())}",current="true"}`]).toBe(1);
    expect(values['daemonset_pods{revision="other",current="false"}']).toBe(3);
  });

  it('tell the age of the oldest unready pod', () => {
    const cluster = new Cluster([node('n1'), node('n2')], daemonSet());
    check(cluster, 'daemonset_oldest', { daemonset_oldest_unready_pod_age_seconds: 0 });
    cluster.pod('a', { node: 'n1', ready: false, created: NOW - 90_000 });
    cluster.pod('b', { node: 'n2', ready: false, created: NOW - 300_000, deleting: true });
    check(cluster, 'daemonset_oldest', { daemonset_oldest_unready_pod_age_seconds: 90 });
    check(cluster, 'daemonset_oldest', { daemonset_oldest_unready_pod_age_seconds: 100 }, NOW + 10_000);
    cluster.pod('a', { node: 'n1' });
    check(cluster, 'daemonset_oldest', { daemonset_oldest_unready_pod_age_seconds: 0 });
  });

  it('name the causes that block a rollout', () => {
    const names = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'];
    const nodes = [...names.map((name) => node(name)), node('n7', { ready: 'Unknown' }), node('n8', { ready: 'False' })];
    const cluster = new Cluster(nodes, daemonSet({ spec: { minReadySeconds: 120 } }));
    cluster.pod('a', { node: 'n1', ready: false });
    cluster.pod('b', { node: 'n2', ready: false, unbound: true });
    cluster.pod('c', { node: 'n3', hash: 'old', deleting: true });
    cluster.pod('d', { node: 'n4' });
    cluster.pod('e', { node: 'n5', ready: false, phase: 'Failed' });
    cluster.pod('f', { node: 'n6', hash: 'old', ready: NOW - 900_000 });
    check(cluster, 'daemonset_rollout_blocking', {
      'daemonset_rollout_blocking_nodes{cause="MinReadySeconds"}': 1,
      'daemonset_rollout_blocking_nodes{cause="NodeNotReady"}': 1,
      'daemonset_rollout_blocking_nodes{cause="NodeUnreachable"}': 1,
      'daemonset_rollout_blocking_nodes{cause="PodFailed"}': 1,
      'daemonset_rollout_blocking_nodes{cause="PodNotReady"}': 1,
      'daemonset_rollout_blocking_nodes{cause="PodNotScheduled"}': 1,
      'daemonset_rollout_blocking_nodes{cause="PodTerminating"}': 1,
    });
  });

  it('follow a rollout from wave to wave to its end', () => {
    const names = ['n1', 'n2', 'n3', 'n4'];
    const spec = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } } as const;
    const cluster = new Cluster(
      names.map((name) => node(name)),
      daemonSet({ spec }),
    );
    for (const name of names) cluster.pod(`old-${name}`, { node: name, hash: 'old' });
    const at = (seconds: number) => NOW / 1000 + seconds;
    const rollout = (more: Record<string, number>) => ({ daemonset_rollout_started_timestamp_seconds: at(-30), ...more });
    check(
      cluster,
      'daemonset_rollout',
      rollout({
        daemonset_rollout_in_progress: 1,
        daemonset_rollout_last_progress_timestamp_seconds: at(-30),
        daemonset_rollout_done_nodes: 0,
        daemonset_rollout_wave: 1,
        daemonset_rollout_waves: 2,
      }),
    );
    const replace = (name: string) => {
      cluster.metrics.changed(cluster.roster.removePod(pod(`old-${name}`, { node: name })));
      cluster.pod(`new-${name}`, { node: name });
    };
    replace('n1');
    replace('n2');
    check(
      cluster,
      'daemonset_rollout',
      rollout({
        daemonset_rollout_in_progress: 1,
        daemonset_rollout_last_progress_timestamp_seconds: at(30),
        daemonset_rollout_expected_end_timestamp_seconds: at(90),
        daemonset_rollout_done_nodes: 2,
        daemonset_rollout_wave: 2,
        daemonset_rollout_waves: 2,
      }),
      NOW + 30_000,
    );
    replace('n3');
    replace('n4');
    check(
      cluster,
      'daemonset_rollout',
      rollout({
        daemonset_rollout_in_progress: 0,
        daemonset_rollout_last_progress_timestamp_seconds: at(60),
        daemonset_rollout_done_nodes: 4,
      }),
      NOW + 60_000,
    );
  });
});

describe('metrics of joining nodes', () => {
  const young = (name: string, created: number): Node => {
    const made = node(name);
    return { ...made, metadata: { ...made.metadata, creationTimestamp: formatTime(created) } };
  };
  const aged = (created: number) =>
    daemonSet({
      metadata: { name: 'agent', namespace: 'monitoring', uid: 'ds', generation: 1, creationTimestamp: formatTime(created) },
    });

  it('count a node once, from its creation to the first readiness', () => {
    const cluster = new Cluster([young('n1', NOW)], aged(NOW - 900_000));
    check(cluster, 'node_daemons_ready_seconds_count', { node_daemons_ready_seconds_count: 0 });
    cluster.pod('a', { node: 'n1', ready: NOW + 4_000 });
    check(cluster, 'node_daemons_ready_seconds_sum', { node_daemons_ready_seconds_sum: 4 }, NOW + 5_000);
    cluster.pod('a', { node: 'n1', ready: NOW + 50_000 });
    check(cluster, 'daemonset_node_ready_seconds_sum', { daemonset_node_ready_seconds_sum: 4 }, NOW + 60_000);
    check(cluster, 'daemonset_last_ready', { daemonset_last_ready_nodes_total: 1 });
  });

  it('leave out nodes from before the exporter, and DaemonSets younger than the node', () => {
    const cluster = new Cluster([young('n1', NOW - 90_000), young('n2', NOW)], aged(NOW + 1_000));
    cluster.pod('a', { node: 'n1', ready: NOW });
    cluster.pod('b', { node: 'n2', ready: NOW + 2_000 });
    check(cluster, 'node_daemons_ready_seconds_count', { node_daemons_ready_seconds_count: 0 }, NOW + 5_000);
  });
});
