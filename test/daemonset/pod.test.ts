/** Pods made from templates, and their names. */
import { expect, test } from 'vitest';
import { podMaker, targetNode } from '../../src/core/daemonset/pod.ts';
import { generatedPodPrefix, nodePodName, revisionName } from '../../src/core/daemonset/pod-name.ts';
import { slowStart } from '../../src/core/daemonset/slow-start.ts';
import { dns1123Subdomain } from '../../src/core/kube/names.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { daemonSet } from './objects.ts';

interface Case {
  readonly daemonSet?: string;
  readonly node?: string;
  readonly refused?: number;
  readonly taken?: readonly string[];
}

function check({ daemonSet = 'agent', node = 'n1', refused = 0, taken = [] }: Case, expected: string | RegExp): void {
  const name = nodePodName({ daemonSet, node, hash: 'bcdfghjklm', refused, taken: (one) => taken.includes(one) });
  expect(name).toMatch(typeof expected === 'string' ? new RegExp(`^${expected}$`) : expected);
  expect(dns1123Subdomain(name)).toEqual([]);
}

test.each<[Case, string | RegExp]>([
  [{}, 'agent-n1'],
  [{ node: 'ip-10-0-0-1.ec2.internal' }, 'agent-ip-10-0-0-1.ec2.internal'],
  [{ taken: ['agent-n1'] }, 'agent-n1-bcdfg'],
  [{ taken: ['agent-n1', 'agent-n1-bcdfg'] }, 'agent-n1-bcdfg-2'],
  [{ refused: 1 }, 'agent-n1-bcdfg'],
  [{ refused: 1, taken: ['agent-n1'] }, 'agent-n1-bcdfg-2'],
  [{ node: 'n'.repeat(253) }, /^agent-n{238}-[a-z0-9]{8}$/],
  [{ daemonSet: `a${'.b'.repeat(126)}`, node: 'n1' }, /^a(-b)+-[a-z0-9]{8}$/],
])('%j is %s', check);

test('shortened names differ where the whole ones do', () => {
  const name = (node: string): string => nodePodName({ daemonSet: 'agent', node, hash: 'bcdfg', refused: 0, taken: () => false });
  expect(name(`${'n'.repeat(250)}1`)).not.toBe(name(`${'n'.repeat(250)}2`));
  expect(name(`${'n'.repeat(250)}1`)).toBe(name(`${'n'.repeat(250)}1`));
});

test('prefixes and revision names stay valid', () => {
  expect(generatedPodPrefix('agent')).toBe('agent-');
  expect(revisionName('agent', 'bcdfg')).toBe('agent-bcdfg');
  expect(dns1123Subdomain(revisionName('a'.repeat(253), 'bcdfghjklm'))).toEqual([]);
});

const preferred = [{ weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } }];
const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'b', operator: 'Exists' }] }] };
const owner = daemonSet({
  metadata: {
    name: 'agent',
    namespace: 'monitoring',
    uid: 'ds',
    annotations: { 'deprecated.daemonset.template.generation': '7' },
  },
  pod: {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: required,
        preferredDuringSchedulingIgnoredDuringExecution: preferred,
      },
      podAntiAffinity: { x: 1 },
    },
  },
});

test('direct binding sets the node and leaves the affinity', () => {
  const made = podMaker(owner, 'h', PROFILES.handbook)('n1', 'agent-n1');
  expect(made.spec.nodeName).toBe('n1');
  expect(made.spec.affinity).toBe(owner.spec.template.spec.affinity);
  expect(made.metadata).toEqual({
    name: 'agent-n1',
    namespace: 'monitoring',
    labels: { app: 'agent', 'controller-revision-hash': 'h', 'pod-template-generation': '7' },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'ds', controller: true, blockOwnerDeletion: true },
    ],
  });
});

test('binding by affinity replaces the required terms alone', () => {
  const made = podMaker(owner, 'h', PROFILES.kubernetes)('n1', undefined);
  expect(made.spec.nodeName).toBe(undefined);
  expect(made.metadata.generateName).toBe('agent-');
  expect(made.spec.affinity).toEqual({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }],
      },
      preferredDuringSchedulingIgnoredDuringExecution: preferred,
    },
    podAntiAffinity: { x: 1 },
  });
  expect(targetNode(made)).toBe('n1');
});

test('an unreadable generation is left out', () => {
  const odd = { ...owner, metadata: { ...owner.metadata, annotations: { 'deprecated.daemonset.template.generation': 'x' } } };
  expect(podMaker(odd, 'h', PROFILES.handbook)('n1', 'p').metadata.labels).not.toHaveProperty('pod-template-generation');
});

test('batches double', () => {
  expect([...slowStart(20)]).toEqual([1, 2, 4, 8, 5]);
  expect([...slowStart(0)]).toEqual([]);
});
