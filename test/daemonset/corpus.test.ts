/** The kubernetes profile against what a real cluster did with published DaemonSets on a fleet of 40 nodes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { Fleet } from '../../src/core/daemonset/fleet.ts';
import { reconcile } from '../../src/core/daemonset/reconcile.ts';
import type { DaemonSet, Node, Toleration } from '../../src/core/kube/objects.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { sharedDir } from '../shared.ts';

interface Recorded {
  accepted: boolean;
  nodes?: string[];
  podsRefused?: unknown;
  podTolerations?: Toleration[];
  status?: Record<string, number>;
}

const shared = sharedDir();
const NOW = Date.parse('2026-01-15T09:00:00Z');

function documents(file: string): unknown[] {
  const text = readFileSync(file, 'utf8');
  const options = { version: '1.1', uniqueKeys: false, strict: false, logLevel: 'silent' } as const;
  return parseAllDocuments(text, options).map((document) => document.toJS() as unknown);
}

const sorted = (names: readonly string[]): string[] => [...names].sort();

describe.skipIf(!shared)('published DaemonSets land where a real cluster put them', () => {
  const root = shared ?? '';
  const placement = shared
    ? (JSON.parse(readFileSync(join(root, 'oracle/placement.json'), 'utf8')) as Record<string, Recorded>)
    : {};
  const defaulted = shared
    ? (JSON.parse(readFileSync(join(root, 'oracle/defaulted.json'), 'utf8')) as Record<string, DaemonSet['spec']>)
    : {};
  const fleet = shared ? (documents(join(root, 'corpus/fleet.yaml'))[0] as { items: Node[] }).items : [];
  const judged = Object.entries(placement).filter(([, recorded]) => recorded.accepted && recorded.nodes);

  test('there is a corpus', () => {
    expect(fleet).toHaveLength(40);
    expect(judged.length).toBeGreaterThan(200);
    console.log(`corpus: ${judged.length} of ${Object.keys(placement).length} files were accepted with nodes`);
  });

  function check(file: string, recorded: Recorded): void {
    const found = documents(join(root, 'corpus', file)).find((document) => (document as DaemonSet | null)?.kind === 'DaemonSet');
    const written = found as DaemonSet;
    const spec = defaulted[file] ?? written.spec;
    const daemonSet: DaemonSet = { ...written, metadata: { ...written.metadata, uid: 'u', generation: 1 }, spec };
    const view = new Fleet(daemonSet, PROFILES.kubernetes);
    for (const node of fleet) view.setNode(node);
    const { actions, status } = reconcile(view, NOW);
    const creates = actions.flatMap((action) => (action.kind === 'create-pod' ? [action] : []));
    expect(sorted(creates.map(({ node }) => node))).toEqual(sorted(recorded.nodes ?? []));
    expect(status.desiredNumberScheduled).toBe(recorded.status?.desiredNumberScheduled);
    expect(status.numberMisscheduled).toBe(recorded.status?.numberMisscheduled);
    if (recorded.podTolerations)
      expect(creates[0]?.pod.spec.tolerations ?? recorded.podTolerations).toEqual(recorded.podTolerations);
    for (const { node, pod } of creates) view.created(seen(pod, node), NOW);
    const after = reconcile(view, NOW);
    expect(after.status.currentNumberScheduled).toBe(recorded.status?.currentNumberScheduled);
    expect(after.actions.filter(({ kind }) => kind.endsWith('-pod'))).toEqual([]);
  }

  test.each(judged)('%s', (file, recorded) => check(file, recorded));
});

function seen<T extends { metadata: object }>(pod: T, node: string): T {
  return { ...pod, metadata: { ...pod.metadata, name: `p-${node}`, uid: `uid-${node}`, resourceVersion: '1' } };
}
