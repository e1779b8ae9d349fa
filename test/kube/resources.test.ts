/** What a pod needs as a whole, its QoS class, and scaled counts. */
import { expect, test } from 'vitest';
import { scaleIntOrPercent } from '../../src/core/kube/int-or-percent.ts';
import type { PodSpec, ResourceList } from '../../src/core/kube/objects.ts';
import { podLimits, podRequests } from '../../src/core/kube/pod-resources.ts';
import { availableAt, isAvailable } from '../../src/core/kube/pod-state.ts';
import { qosClass } from '../../src/core/kube/qos.ts';
import { formatQuantity } from '../../src/core/kube/quantity.ts';
import { NOW, pod } from '../daemonset/objects.ts';

type Need = { requests?: ResourceList; limits?: ResourceList; sidecar?: boolean };

function spec(containers: Need[], init: Need[] = [], more: Partial<PodSpec> = {}): PodSpec {
  const container = ({ sidecar, ...resources }: Need, i: number) => ({
    name: `c${i}`,
    resources,
    ...(sidecar ? { restartPolicy: 'Always' } : {}),
  });
  return { containers: containers.map(container), initContainers: init.map(container), ...more };
}

const cpu = (requests: string): Need => ({ requests: { cpu: requests } });
const shown = (resources: ReturnType<typeof podRequests>) =>
  Object.fromEntries([...resources].map(([name, amount]) => [name, formatQuantity(amount)]));

function check(_: string, given: PodSpec, expected: ResourceList): void {
  expect(shown(podRequests(given))).toEqual(expected);
}

test.each<[string, PodSpec, ResourceList]>([
  ['containers add up', spec([cpu('100m'), cpu('200m')]), { cpu: '300m' }],
  ['a larger init container decides', spec([cpu('100m')], [cpu('1'), cpu('500m')]), { cpu: '1' }],
  ['a sidecar runs beside the containers', spec([cpu('100m')], [{ ...cpu('50m'), sidecar: true }]), { cpu: '150m' }],
  [
    'a sidecar runs beside later init containers',
    spec([cpu('100m')], [{ ...cpu('50m'), sidecar: true }, cpu('200m')]),
    { cpu: '250m' },
  ],
  ['not beside earlier ones', spec([cpu('100m')], [cpu('200m'), { ...cpu('50m'), sidecar: true }]), { cpu: '200m' }],
  ['overhead adds', spec([cpu('100m')], [], { overhead: { cpu: '10m', memory: '1Mi' } }), { cpu: '110m', memory: '1Mi' }],
  [
    'pod-level requests replace',
    spec([cpu('100m')], [], { resources: { requests: { cpu: '2', 'example.com/x': '1' } } }),
    { cpu: '2' },
  ],
])('%s', check);

test('overhead counts only where there is a limit', () => {
  const given = spec([{ limits: { cpu: '1' } }], [], { overhead: { cpu: '100m', memory: '1Mi' } });
  expect(shown(podLimits(given))).toEqual({ cpu: '1100m' });
});

const both = (cpuAmount: string, memory: string): ResourceList => ({ cpu: cpuAmount, memory });

test.each<[string, PodSpec]>([
  ['BestEffort', spec([{}])],
  ['BestEffort', spec([{ requests: { cpu: '0' } }])],
  ['BestEffort', spec([{ requests: { 'example.com/x': '1' } }])],
  ['Guaranteed', spec([{ requests: both('1', '1Gi'), limits: both('1000m', '1024Mi') }])],
  ['Burstable', spec([{ limits: both('1', '1Gi') }, {}])],
  ['Burstable', spec([{ requests: both('1', '1Gi'), limits: both('2', '1Gi') }])],
  ['Burstable', spec([cpu('1')])],
  ['Burstable', spec([{ requests: both('1', '1Gi'), limits: both('1', '1Gi') }], [cpu('1')])],
  ['Guaranteed', spec([{}], [], { resources: { requests: both('1', '1Gi'), limits: both('1', '1Gi') } })],
])('%s', (expected, given) => expect(qosClass(given)).toBe(expected));

test.each([
  [3, 10, 'up', 3],
  ['25%', 10, 'up', 3],
  ['25%', 10, 'down', 2],
  ['0%', 10, 'up', 0],
  ['100%', 7, 'up', 7],
  ['1%', 1, 'up', 1],
] as const)('%s of %i rounded %s is %i', (value, total, rounding, expected) =>
  expect(scaleIntOrPercent(value, total, rounding)).toBe(expected),
);

test('a text that is no percentage throws', () => {
  expect(() => scaleIntOrPercent('five', 1, 'up')).toThrow(
    'invalid value for IntOrString: invalid type: string is not a percentage',
  );
});

test('a pod is available at the very instant', () => {
  const ready = pod('p', { ready: NOW });
  expect(isAvailable(ready, 10, NOW + 9_999)).toBe(false);
  expect(isAvailable(ready, 10, NOW + 10_000)).toBe(true);
  expect(availableAt(pod('p', { ready: false }), 0)).toBe(undefined);
});
