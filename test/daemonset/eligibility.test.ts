/** Verdicts, their reasons, and the injected tolerations of both profiles. */
import { expect, test } from 'vitest';
import { compileRules, judge } from '../../src/core/daemonset/eligibility.ts';
import { podTolerations } from '../../src/core/daemonset/tolerations.ts';
import type { PodSpec, Taint, Toleration } from '../../src/core/kube/objects.ts';
import { formatTime } from '../../src/core/kube/time.ts';
import { PROFILES, type ProfileName } from '../../src/core/profile.ts';
import { daemonSet, NOW, node } from './objects.ts';

const ROOT = 'spec.template.spec';
const REQUIRED = `${ROOT}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;

interface Case {
  readonly pod?: Partial<PodSpec>;
  readonly labels?: Record<string, string>;
  readonly taints?: Taint[];
  readonly profile?: ProfileName;
  /** run and keep, then each reason as `code field subject`. */
  readonly expected: [boolean, boolean, ...string[]];
}

function check({ pod = {}, labels = {}, taints, profile = 'handbook', expected }: Case): void {
  const rules = compileRules(daemonSet({ pod }), PROFILES[profile]);
  const { run, keep, because } = judge(rules, node('n1', taints ? { labels, taints } : { labels }), NOW);
  const reasons = because.map(({ code, field, subject }) => [code, field, subject].filter(Boolean).join(' '));
  expect([run, keep, ...reasons]).toEqual(expected);
}

const affinity = (...nodeSelectorTerms: object[]): Partial<PodSpec> => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const terms = (key: string, operator: string, values?: string[]): Partial<PodSpec> =>
  affinity({ matchExpressions: [{ key, operator, ...(values ? { values } : {}) }] });
const outage = (secondsAgo: number): Taint[] => [
  { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded: formatTime(NOW - secondsAgo * 1000) },
];

test.each<[string, Case]>([
  ['nothing against it', { expected: [true, true, 'Eligible'] }],
  ['another node is named', { pod: { nodeName: 'n2' }, expected: [false, false, `NodeNameMismatch ${ROOT}.nodeName n2`] }],
  ['this node is named', { pod: { nodeName: 'n1' }, expected: [true, true, 'Eligible'] }],
  [
    'selector',
    {
      pod: { nodeSelector: { os: 'linux', z: 'a' } },
      labels: { os: 'windows', z: 'a' },
      expected: [false, false, `NodeSelectorMismatch ${ROOT}.nodeSelector os=windows`],
    },
  ],
  ['In', { pod: terms('os', 'In', ['linux']), labels: { os: 'linux' }, expected: [true, true, 'Eligible'] }],
  [
    'In, absent',
    { pod: terms('os', 'In', ['']), expected: [false, false, `NodeAffinityMismatch ${REQUIRED}[0].matchExpressions[0] os`] },
  ],
  ['NotIn, absent', { pod: terms('os', 'NotIn', ['linux']), expected: [true, true, 'Eligible'] }],
  [
    'DoesNotExist',
    {
      pod: terms('os', 'DoesNotExist'),
      labels: { os: '' },
      expected: [false, false, `NodeAffinityMismatch ${REQUIRED}[0].matchExpressions[0] os=`],
    },
  ],
  ['Gt', { pod: terms('cores', 'Gt', ['8']), labels: { cores: '16' }, expected: [true, true, 'Eligible'] }],
  [
    'Gt is strict',
    {
      pod: terms('cores', 'Gt', ['16']),
      labels: { cores: '16' },
      expected: [false, false, `NodeAffinityMismatch ${REQUIRED}[0].matchExpressions[0] cores=16`],
    },
  ],
  [
    'Gt of no number',
    {
      pod: terms('cores', 'Gt', ['x']),
      labels: { cores: '16' },
      expected: [false, false, `NodeAffinityInvalid ${REQUIRED}[0].matchExpressions[0]`],
    },
  ],
  [
    'an unknown operator',
    { pod: terms('cores', 'Near', ['x']), expected: [false, false, `NodeAffinityInvalid ${REQUIRED}[0].matchExpressions[0]`] },
  ],
  ['no terms', { pod: affinity(), expected: [false, false, `NodeAffinityMismatch ${REQUIRED}`] }],
  ['an empty term', { pod: affinity({}), expected: [false, false, `NodeAffinityMismatch ${REQUIRED}[0]`] }],
  [
    'a broken term or a good one',
    {
      pod: affinity(
        { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['x'] }] },
        { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] },
      ),
      expected: [true, true, 'Eligible'],
    },
  ],
  [
    'matchFields NotIn',
    {
      pod: affinity({ matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['n1'] }] }),
      expected: [false, false, `NodeAffinityMismatch ${REQUIRED}[0].matchFields[0] metadata.name=n1`],
    },
  ],
  [
    'NoSchedule',
    {
      taints: [{ key: 'gpu', value: 'a', effect: 'NoSchedule' }],
      expected: [false, true, `UntoleratedTaint ${ROOT}.tolerations gpu=a:NoSchedule`],
    },
  ],
  [
    'NoExecute',
    {
      taints: [{ key: 'gpu', effect: 'NoExecute' }],
      expected: [false, false, `UntoleratedTaint ${ROOT}.tolerations gpu:NoExecute`],
    },
  ],
  ['PreferNoSchedule', { taints: [{ key: 'gpu', effect: 'PreferNoSchedule' }], expected: [true, true, 'Eligible'] }],
  [
    'cordoned',
    { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }], expected: [true, true, 'Eligible'] },
  ],
  [
    'not ready, NoSchedule',
    {
      taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }],
      expected: [false, true, `UntoleratedTaint ${ROOT}.tolerations node.kubernetes.io/not-ready:NoSchedule`],
    },
  ],
  [
    'no network, handbook',
    { taints: [{ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' }], expected: [true, true, 'Eligible'] },
  ],
  [
    'no network, upstream',
    {
      profile: 'kubernetes',
      taints: [{ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' }],
      expected: [false, true, `UntoleratedTaint ${ROOT}.tolerations node.kubernetes.io/network-unavailable:NoSchedule`],
    },
  ],
  [
    'Lt toleration',
    {
      pod: { tolerations: [{ key: 'load', operator: 'Lt', value: '50' }] },
      taints: [{ key: 'load', value: '49', effect: 'NoSchedule' }],
      expected: [true, true, 'Eligible'],
    },
  ],
  [
    'Gt toleration',
    {
      pod: { tolerations: [{ key: 'load', operator: 'Gt', value: '50' }] },
      taints: [{ key: 'load', value: '049', effect: 'NoSchedule' }],
      expected: [false, true, `UntoleratedTaint ${ROOT}.tolerations load=049:NoSchedule`],
    },
  ],
  [
    'every rule speaks',
    {
      pod: { nodeName: 'n2', nodeSelector: { a: 'b' } },
      taints: [{ key: 'x', effect: 'NoSchedule' }],
      expected: [
        false,
        false,
        `NodeNameMismatch ${ROOT}.nodeName n2`,
        `NodeSelectorMismatch ${ROOT}.nodeSelector a`,
        `UntoleratedTaint ${ROOT}.tolerations x:NoSchedule`,
      ],
    },
  ],
  ['a short outage', { taints: outage(299), expected: [true, true, 'Eligible'] }],
  [
    'a long outage',
    {
      taints: outage(300),
      expected: [false, true, `OutageOutlastsToleration ${ROOT}.tolerations node.kubernetes.io/not-ready:NoExecute`],
    },
  ],
  ['a long outage, upstream', { profile: 'kubernetes', taints: outage(9999), expected: [true, true, 'Eligible'] }],
  [
    'a long outage, tolerated for ever by a wildcard',
    { pod: { tolerations: [{ operator: 'Exists' }] }, taints: outage(9999), expected: [true, true, 'Eligible'] },
  ],
  [
    'a short toleration of the user',
    {
      pod: {
        tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }],
      },
      taints: outage(11),
      expected: [false, true, `OutageOutlastsToleration ${ROOT}.tolerations node.kubernetes.io/not-ready:NoExecute`],
    },
  ],
])('%s', (_, given) => check(given));

test('the instant at which an outage outlasts the toleration is known', () => {
  const rules = compileRules(daemonSet(), PROFILES.handbook);
  expect(judge(rules, node('n1', { taints: outage(100) }), NOW).changesAt).toBe(NOW + 200_000);
  expect(judge(rules, node('n1', { taints: outage(301) }), NOW).changesAt).toBe(undefined);
});

test('every refusal says what would change it', () => {
  const rules = compileRules(daemonSet({ pod: { nodeSelector: { os: 'linux' } } }), PROFILES.handbook);
  const { because } = judge(rules, node('n1', { taints: [{ key: 'gpu', value: 'a', effect: 'NoSchedule' }] }), NOW);
  expect(because.map(({ remedy }) => remedy)).toEqual([
    'kubectl label node n1 os=linux',
    'tolerations: [{key: gpu, operator: Equal, value: "a", effect: NoSchedule}], or kubectl taint node n1 gpu:NoSchedule-',
  ]);
});

const NOT_READY = 'node.kubernetes.io/not-ready';
const shown = (list: readonly Toleration[]) =>
  list.map(
    ({ key, effect, tolerationSeconds }) =>
      `${key ?? '*'}:${effect ?? '*'}${tolerationSeconds === undefined ? '' : `/${tolerationSeconds}`}`,
  );
const noSchedule = ['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map(
  (key) => `node.kubernetes.io/${key}:NoSchedule`,
);
const network = 'node.kubernetes.io/network-unavailable:NoSchedule';

test.each<[string, ProfileName, Partial<PodSpec>, string[]]>([
  [
    'handbook',
    'handbook',
    {},
    [`${NOT_READY}:NoExecute/300`, 'node.kubernetes.io/unreachable:NoExecute/300', ...noSchedule, network],
  ],
  ['upstream', 'kubernetes', {}, [`${NOT_READY}:NoExecute`, 'node.kubernetes.io/unreachable:NoExecute', ...noSchedule]],
  [
    'upstream, hostNetwork',
    'kubernetes',
    { hostNetwork: true },
    [`${NOT_READY}:NoExecute`, 'node.kubernetes.io/unreachable:NoExecute', ...noSchedule, network],
  ],
  [
    'handbook respects the user',
    'handbook',
    { tolerations: [{ key: NOT_READY, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }] },
    [`${NOT_READY}:NoExecute/10`, 'node.kubernetes.io/unreachable:NoExecute/300', ...noSchedule, network],
  ],
  [
    'upstream replaces in place',
    'kubernetes',
    {
      tolerations: [
        { key: NOT_READY, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 },
        { key: 'x', operator: 'Exists' },
      ],
    },
    [`${NOT_READY}:NoExecute`, 'x:*', 'node.kubernetes.io/unreachable:NoExecute', ...noSchedule],
  ],
  [
    'upstream keeps another operator',
    'kubernetes',
    { tolerations: [{ key: NOT_READY, effect: 'NoExecute', tolerationSeconds: 10 }] },
    [`${NOT_READY}:NoExecute/10`, `${NOT_READY}:NoExecute`, 'node.kubernetes.io/unreachable:NoExecute', ...noSchedule],
  ],
  [
    'handbook, wildcard',
    'handbook',
    { tolerations: [{ operator: 'Exists' }] },
    ['*:*', `${NOT_READY}:NoExecute`, 'node.kubernetes.io/unreachable:NoExecute', ...noSchedule, network],
  ],
])('tolerations: %s', (_, profile, given, expected) => {
  expect(shown(podTolerations({ containers: [], ...given }, PROFILES[profile]))).toEqual(expected);
});
