/** READY, STATUS and RESTARTS of pods, and the grace they are deleted with. */
import { expect, test } from 'vitest';
import { POD_COLUMNS } from '../../src/core/api/kinds/pod/columns.ts';
import { podGrace } from '../../src/core/api/kinds/pod/grace.ts';
import type { ContainerState, Pod } from '../../src/core/kube/objects.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const container = (name: string, more: object = {}) => ({ name, image: 'i', ...more });

function status(name: string, state: ContainerState, more: object = {}) {
  return { name, image: 'i', imageID: '', ready: !!state.running, restartCount: 0, state, ...more };
}

function pod(spec: object, podStatus: object, metadata: object = {}): Pod {
  return { metadata: { name: 'p', ...metadata }, spec: { containers: [container('c')], ...spec }, status: podStatus } as Pod;
}

function cells(object: Pod): string {
  const shown = POD_COLUMNS.filter(({ name }) => ['Ready', 'Status', 'Restarts', 'Readiness Gates'].includes(name));
  return shown.map((column) => column.cell(object, NOW)).join(' | ');
}

function check({ object, expected }: { object: Pod; expected: string }): void {
  expect(cells(object)).toBe(expected);
}

const running = { running: { startedAt: '2026-01-01T11:00:00Z' } };
const ended = (exitCode: number, more: object = {}) => ({ terminated: { exitCode, ...more } });
const before = (minutes: number) => ({ terminated: { exitCode: 1, finishedAt: new Date(NOW - minutes * 60_000).toISOString() } });
const deleted = { deletionTimestamp: '2026-01-01T11:59:00Z' };
const sidecar = container('s', { restartPolicy: 'Always' });

test.each<{ name: string; object: Pod; expected: string }>([
  { name: 'pending', object: pod({}, { phase: 'Pending' }), expected: '0/1 | Pending | 0 | <none>' },
  {
    name: 'running',
    object: pod({}, { phase: 'Running', containerStatuses: [status('c', running)] }),
    expected: '1/1 | Running | 0 | <none>',
  },
  {
    name: 'restarted five minutes ago',
    object: pod({}, { phase: 'Running', containerStatuses: [status('c', running, { restartCount: 3, lastState: before(5) })] }),
    expected: '1/1 | Running | 3 (5m ago) | <none>',
  },
  {
    name: 'crash loop',
    object: pod({}, { phase: 'Running', containerStatuses: [status('c', { waiting: { reason: 'CrashLoopBackOff' } })] }),
    expected: '0/1 | CrashLoopBackOff | 0 | <none>',
  },
  {
    name: 'killed',
    object: pod({}, { phase: 'Failed', containerStatuses: [status('c', ended(137, { signal: 9 }))] }),
    expected: '0/1 | Signal:9 | 0 | <none>',
  },
  {
    name: 'exit code',
    object: pod({}, { phase: 'Failed', containerStatuses: [status('c', ended(3))] }),
    expected: '0/1 | ExitCode:3 | 0 | <none>',
  },
  { name: 'evicted', object: pod({}, { phase: 'Failed', reason: 'Evicted' }), expected: '0/1 | Evicted | 0 | <none>' },
  {
    name: 'gated',
    object: pod({}, { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
    expected: '0/1 | SchedulingGated | 0 | <none>',
  },
  {
    name: 'one of two init containers ended',
    object: pod(
      { initContainers: [container('a'), container('b')] },
      { phase: 'Pending', initContainerStatuses: [status('a', ended(0)), status('b', running)] },
    ),
    expected: '0/1 | Init:1/2 | 0 | <none>',
  },
  {
    name: 'init container failed',
    object: pod(
      { initContainers: [container('a')] },
      { phase: 'Pending', initContainerStatuses: [status('a', ended(2), { restartCount: 4 })] },
    ),
    expected: '0/1 | Init:ExitCode:2 | 4 | <none>',
  },
  {
    name: 'sidecar counts',
    object: pod(
      { initContainers: [sidecar] },
      {
        phase: 'Running',
        initContainerStatuses: [status('s', running, { started: true, restartCount: 2, lastState: before(120) })],
        containerStatuses: [status('c', running)],
      },
    ),
    expected: '2/2 | Running | 2 (120m ago) | <none>',
  },
  {
    name: 'one ended, one runs',
    object: pod(
      { containers: [container('c'), container('d')] },
      { phase: 'Running', containerStatuses: [status('c', ended(0, { reason: 'Completed' })), status('d', running)] },
    ),
    expected: '1/2 | NotReady | 0 | <none>',
  },
  {
    name: 'terminating',
    object: pod({}, { phase: 'Running', containerStatuses: [status('c', running)] }, deleted),
    expected: '1/1 | Terminating | 0 | <none>',
  },
  {
    name: 'deleted after the end',
    object: pod({}, { phase: 'Succeeded', containerStatuses: [status('c', ended(0, { reason: 'Completed' }))] }, deleted),
    expected: '0/1 | Completed | 0 | <none>',
  },
  { name: 'lost', object: pod({}, { phase: 'Running', reason: 'NodeLost' }, deleted), expected: '0/1 | Unknown | 0 | <none>' },
  {
    name: 'gates',
    object: pod(
      { readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] },
      { phase: 'Running', conditions: [{ type: 'b', status: 'True' }] },
    ),
    expected: '0/1 | Running | 0 | 1/2',
  },
])('$name', check);

test.each<[name: string, spec: object, phase: string, requested: number | undefined, seconds: number]>([
  ['without a node', { terminationGracePeriodSeconds: 30 }, 'Pending', undefined, 0],
  ['of the spec', { nodeName: 'n', terminationGracePeriodSeconds: 45 }, 'Running', undefined, 45],
  ['as requested', { nodeName: 'n', terminationGracePeriodSeconds: 45 }, 'Running', 7, 7],
  ['negative', { nodeName: 'n', terminationGracePeriodSeconds: 45 }, 'Running', -1, 1],
  ['ended', { nodeName: 'n', terminationGracePeriodSeconds: 45 }, 'Failed', 10, 0],
])('grace %s', (_name, spec, phase, requested, seconds) => {
  expect(podGrace(pod(spec, { phase }), requested)).toBe(seconds);
});
