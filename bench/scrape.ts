/** What a scrape of the exporter costs with 5,000 nodes × 50 DaemonSets: `node bench/scrape.ts [nodes] [daemonsets]`. */

import { newRevision } from '../src/core/daemonset/revision.ts';
import { Roster } from '../src/core/daemonset/roster.ts';
import type { DaemonSet, Node, Pod } from '../src/core/kube/objects.ts';
import { formatTime } from '../src/core/kube/time.ts';
import { ClusterMetrics } from '../src/core/metrics/cluster-metrics.ts';
import { exposition } from '../src/core/metrics/family.ts';
import { NOTHING_ALLOWED } from '../src/core/metrics/label-names.ts';
import { PROFILES } from '../src/core/profile.ts';

const NODES = Number(process.argv[2] ?? 5_000);
const DAEMONSETS = Number(process.argv[3] ?? 50);
const START = Date.parse('2026-03-01T12:00:00Z');

function daemonSet(i: number): DaemonSet {
  const labels = { app: `agent-${i}` };
  return {
    metadata: {
      name: `agent-${i}`,
      namespace: 'agents',
      uid: `ds-${i}`,
      generation: 1,
      creationTimestamp: formatTime(START - 60_000),
    },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'agent', image: 'agent:1' }], nodeSelector: { [`pool-${i % 2}`]: '' } },
      },
    },
  };
}

function node(i: number): Node {
  return {
    metadata: {
      name: `n${i}`,
      uid: `node-${i}`,
      creationTimestamp: formatTime(START),
      labels: i % 10 ? { 'pool-0': '', 'pool-1': '' } : { 'pool-0': '' },
    },
  };
}

function pod(i: number, owner: DaemonSet, { hash, ready }: { hash: string; ready: number }): Pod {
  const name = `${owner.metadata.name}-n${i}`;
  return {
    metadata: {
      name,
      uid: name,
      namespace: 'agents',
      creationTimestamp: formatTime(START),
      labels: { ...owner.spec.selector.matchLabels, 'controller-revision-hash': hash },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          name: owner.metadata.name ?? '',
          uid: owner.metadata.uid ?? '',
          controller: true,
        },
      ],
    },
    spec: { nodeName: `n${i}`, containers: [] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: formatTime(ready) }] },
  };
}

const roster = new Roster(PROFILES.handbook);
const metrics = new ClusterMetrics({ roster, allow: NOTHING_ALLOWED, since: START });
let now = START + 60_000;
let version = 1;

function measure(what: string): void {
  const began = process.cpuUsage();
  const text = exposition(metrics.collect(now));
  const { user, system } = process.cpuUsage(began);
  const took = (user + system) / 1000;
  process.stdout.write(
    `${what.padEnd(52)} ${took.toFixed(0).padStart(6)} ms of CPU, ${text.split('\n').filter((line) => line && !line.startsWith('#')).length} series\n`,
  );
  now += 15_000;
}

for (let i = 0; i < NODES; i++) metrics.changed(roster.node(node(i)));
const all = Array.from({ length: DAEMONSETS }, (_, i) => daemonSet(i));
for (const one of all) {
  metrics.changed(roster.daemonSet(one));
  const hash = roster.fleet(`agents/${one.metadata.name}`)?.history.hash ?? '';
  const revision = newRevision(one, hash, 1);
  metrics.changed(
    roster.revision({ ...revision, metadata: { ...revision.metadata, uid: hash, creationTimestamp: formatTime(START) } }),
  );
  for (let i = 0; i < NODES; i++) metrics.changed(roster.pod(pod(i, one, { hash, ready: START + 5_000 })));
}
for (const key of roster.keys()) metrics.lookAt(key, now);
measure('the first scrape, each DaemonSet looked at before');
measure('nothing has changed');
const [first] = all;
if (first) {
  const hash = roster.fleet(`agents/${first.metadata.name}`)?.history.hash ?? '';
  const made = pod(1, first, { hash, ready: START + 9_000 });
  metrics.changed(roster.pod({ ...made, metadata: { ...made.metadata, resourceVersion: String(version++) } }));
}
measure('a pod of one DaemonSet has changed');
metrics.changed(roster.node({ ...node(1), metadata: { ...node(1).metadata, labels: { 'pool-0': '' } } }));
measure('a node has changed its labels');
