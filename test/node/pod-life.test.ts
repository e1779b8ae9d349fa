/** A pod's life on its node, told by its status over virtual time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Container, Pod, PodStatus } from '../../src/core/kube/objects.ts';
import type { Happening } from '../../src/core/node/container-life.ts';
import { admitted, advance, beginEnding, type PodScene, podDue } from '../../src/core/node/pod-life.ts';
import type { PodLife } from '../../src/core/node/pod-record.ts';
import { podStatus, resumed } from '../../src/core/node/pod-status.ts';
import type { Effects } from '../../src/core/node/simulation-rules.ts';

const START = Date.UTC(2026, 0, 1);
const NOW_START: Effects = { startDelay: { from: 1000, to: 1000 } };
const fixed = (ms: number) => ({ from: ms, to: ms });

/** One pod played through time by its own wake-ups. */
class Play {
  now = START;
  life: PodLife;
  pod: Pod;
  readonly told: Happening[] = [];
  readonly effects: Record<string, Effects>;

  constructor(
    spec: { containers: Partial<Container>[]; initContainers?: Partial<Container>[]; restartPolicy?: string },
    effects: Record<string, Effects> = {},
  ) {
    const full = (container: Partial<Container>): Container => ({
      name: 'c',
      image: 'reg.example/a:1',
      imagePullPolicy: 'IfNotPresent',
      ...container,
    });
    this.pod = {
      metadata: { name: 'p', namespace: 'ns', uid: 'u', generation: 1 },
      spec: {
        restartPolicy: spec.restartPolicy ?? 'Always',
        containers: spec.containers.map(full),
        ...(spec.initContainers ? { initContainers: spec.initContainers.map(full) } : {}),
      },
    };
    this.effects = effects;
    this.life = advance(admitted(this.pod, '10.244.0.2', this.now), this.scene());
  }

  scene(): PodScene {
    return {
      now: this.now,
      pod: this.pod,
      seed: 's',
      effects: ({ name }) => ({ ...NOW_START, ...this.effects[name] }),
      hasImage: () => false,
      tell: (happening) => this.told.push(happening),
      write: () => {},
    };
  }

  /** Plays until `seconds` after the start. */
  to(seconds: number): PodStatus {
    const end = START + seconds * 1000;
    for (let due = podDue(this.life); due !== undefined && due <= end; due = podDue(this.life)) {
      this.now = Math.max(this.now, due);
      this.life = advance(this.life, this.scene());
    }
    this.now = end;
    return this.status;
  }

  end(grace: number): void {
    this.life = advance(beginEnding(this.life, { kind: 'delete' }, { ...this.scene(), grace }), this.scene());
  }

  get status(): PodStatus {
    return podStatus(this.life, this.pod, '10.0.0.3');
  }
}

/** The status in one line: phase, then per container its state, `*` when ready, `xN` restarts. */
function line(status: PodStatus): string {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(
    ({ name, state, ready, restartCount }) => {
      const word = state?.running
        ? 'running'
        : (state?.waiting?.reason ?? `${state?.terminated?.reason}:${state?.terminated?.exitCode}`);
      return `${name}=${word}${ready ? '*' : ''}${restartCount ? `x${restartCount}` : ''}`;
    },
  );
  return [status.phase, ...containers].join(' ');
}

function check(play: Play, timeline: readonly (readonly [number, string])[]): void {
  for (const [seconds, expected] of timeline) expect(`${seconds}s ${line(play.to(seconds))}`).toBe(`${seconds}s ${expected}`);
}

describe('a pod', () => {
  test('starts and is ready', () => {
    check(new Play({ containers: [{}] }), [
      [0, 'Pending c=ContainerCreating'],
      [1, 'Running c=running*'],
    ]);
  });

  test('runs init containers in order, then a sidecar, then the rest', () => {
    const play = new Play(
      { initContainers: [{ name: 'a' }, { name: 's', restartPolicy: 'Always' }, { name: 'b' }], containers: [{}] },
      { a: { runFor: fixed(2000) } },
    );
    check(play, [
      [0, 'Pending a=PodInitializing s=PodInitializing b=PodInitializing c=PodInitializing'],
      [1, 'Pending a=running s=PodInitializing b=PodInitializing c=PodInitializing'],
      [3, 'Pending a=Completed:0* s=PodInitializing b=PodInitializing c=PodInitializing'],
      [4, 'Pending a=Completed:0* s=running* b=PodInitializing c=PodInitializing'],
      [7, 'Running a=Completed:0* s=running* b=Completed:0* c=running*'],
    ]);
  });

  test('waits for its probes', () => {
    const probes = {
      startupProbe: { initialDelaySeconds: 3 },
      readinessProbe: { initialDelaySeconds: 2, successThreshold: 2, periodSeconds: 5 },
    };
    const play = new Play({ containers: [probes] });
    check(play, [
      [4, 'Running c=running'],
      [10, 'Running c=running'],
      [11, 'Running c=running*'],
    ]);
    expect(new Play({ containers: [probes] }).to(3).containerStatuses?.[0]?.started).toBe(false);
    expect(play.status.containerStatuses?.[0]?.started).toBe(true);
  });

  test('crashes: at once again, then 10 s, 20 s, 40 s', () => {
    const play = new Play({ containers: [{}] }, { c: { crashAfter: fixed(1000), exitCode: 3 } });
    check(play, [
      [2, 'Running c=Error:3'],
      [3, 'Running c=running*x1'],
      [4, 'Running c=CrashLoopBackOffx1'],
      [13.9, 'Running c=CrashLoopBackOffx1'],
      [14, 'Running c=running*x2'],
      [15, 'Running c=CrashLoopBackOffx2'],
      [35, 'Running c=running*x3'],
      [36, 'Running c=CrashLoopBackOffx3'],
      [76, 'Running c=running*x4'],
    ]);
    expect(play.to(77).containerStatuses?.[0]).toMatchObject({
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 1m20s restarting failed container=c pod=p_ns(u)' } },
      lastState: {
        terminated: { exitCode: 3, reason: 'Error', startedAt: '2026-01-01T00:01:16Z', finishedAt: '2026-01-01T00:01:17Z' },
      },
    });
  });

  test('never waits more than five minutes, and forgets after ten minutes of running', () => {
    const loop = new Play({ containers: [{}] }, { c: { crashAfter: fixed(1000) } });
    loop.to(3600);
    const { stage } = loop.life.main[0] ?? {};
    expect(stage).toMatchObject({ at: 'back-off', delay: 300_000 });
    const steady = new Play({ containers: [{}] }, { c: { crashAfter: fixed(601_000) } });
    steady.to(602 + 1 + 602 + 1);
    expect(line(steady.status)).toBe('Running c=running*x2');
  });

  test('cannot pull its image', () => {
    const play = new Play({ containers: [{}] }, { c: { pullError: 'not found' } });
    check(play, [
      [1, 'Pending c=ErrImagePull'],
      [3, 'Pending c=ImagePullBackOff'],
      [11, 'Pending c=ErrImagePull'],
      [13, 'Pending c=ImagePullBackOff'],
    ]);
    expect(play.status.containerStatuses?.[0]?.state?.waiting?.message).toMatch(
      /^Back-off pulling image "reg.example\/a:1": ErrImagePull: /,
    );
    play.effects.c = {};
    expect(line(play.to(60))).toBe('Running c=running*');
  });

  test('outgrows its memory limit', () => {
    const play = new Play(
      { containers: [{ resources: { limits: { memory: '64Mi' } } }] },
      { c: { memory: 32 * 2 ** 20, memoryGrowth: 2 ** 20 } },
    );
    check(play, [
      [32, 'Running c=running*'],
      [33, 'Running c=OOMKilled:137'],
    ]);
  });

  test.each<[string, number, string]>([
    ['Never', 0, 'Succeeded c=Completed:0'],
    ['Never', 2, 'Failed c=Error:2'],
    ['OnFailure', 0, 'Succeeded c=Completed:0'],
    ['OnFailure', 2, 'Running c=Error:2'],
  ])('restartPolicy %s after exit code %d', (restartPolicy, exitCode, expected) => {
    check(new Play({ containers: [{}], restartPolicy }, { c: { crashAfter: fixed(1000), exitCode } }), [[2, expected]]);
  });

  test('fails with its init container where nothing is restarted', () => {
    const play = new Play(
      { initContainers: [{ name: 'a' }], containers: [{}], restartPolicy: 'Never' },
      { a: { runFor: fixed(500), exitCode: 1 } },
    );
    check(play, [[2, 'Failed a=Error:1 c=PodInitializing']]);
  });

  test('fails its liveness probe', () => {
    const play = new Play(
      { containers: [{ livenessProbe: { httpGet: {}, periodSeconds: 2, failureThreshold: 2 } }] },
      { c: { unhealthyAfter: fixed(3000) } },
    );
    check(play, [[8, 'Running c=Error:137']]);
    expect(play.told.map(({ message }) => message)).toContain('Container c failed liveness probe, will be restarted');
  });
});

describe('conditions', () => {
  test('carry reasons and the time of their last change', () => {
    const play = new Play({ containers: [{ name: 'a' }, { name: 'b' }] }, { b: { readyDelay: fixed(5000) } });
    const of = (type: string) => play.status.conditions?.find((condition) => condition.type === type);
    play.to(1);
    expect(of('Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [b]',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    expect(of('PodReadyToStartContainers')).toMatchObject({
      status: 'True',
      lastTransitionTime: '2026-01-01T00:00:01Z',
      observedGeneration: 1,
    });
    play.to(6);
    expect(of('Ready')).toMatchObject({ status: 'True', lastTransitionTime: '2026-01-01T00:00:06Z' });
    expect(of('Ready')).not.toHaveProperty('reason');
    expect(play.status).toMatchObject({
      hostIP: '10.0.0.3',
      podIP: '10.244.0.2',
      podIPs: [{ ip: '10.244.0.2' }],
      startTime: '2026-01-01T00:00:00Z',
      qosClass: 'BestEffort',
    });
  });
});

describe('an ending', () => {
  test('takes its time, then all containers have stopped well', () => {
    const play = new Play(
      { containers: [{ lifecycle: { preStop: { sleep: { seconds: 4 } } } }] },
      { c: { stopDelay: fixed(1000) } },
    );
    play.to(10);
    play.end(30);
    check(play, [
      [14.9, 'Running c=running*'],
      [15, 'Succeeded c=Completed:0'],
    ]);
  });

  test('is cut short at the end of the grace', () => {
    const play = new Play({ containers: [{}] }, { c: { stopDelay: fixed(60_000) } });
    play.to(10);
    play.end(30);
    check(play, [
      [39, 'Running c=running*'],
      [40, 'Failed c=Error:137'],
    ]);
  });

  test('is hurried by a shorter grace', () => {
    const play = new Play({ containers: [{}] }, { c: { stopDelay: fixed(60_000) } });
    play.to(10);
    play.end(30);
    play.to(11);
    play.end(1);
    expect(line(play.to(12))).toBe('Failed c=Error:137');
  });

  test('of a pod that never started is immediate', () => {
    const play = new Play({ containers: [{}] });
    play.end(30);
    expect(line(play.status)).toBe('Failed c=ContainerStatusUnknown:137');
  });
});

describe('a restart of the simulation', () => {
  test('any life reads back to a status that says the same', () => {
    const arbitrary = fc.record({
      crash: fc.option(fc.integer({ min: 100, max: 20_000 }), { nil: undefined }),
      seconds: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ crash, seconds }) => {
        const play = new Play(
          { initContainers: [{ name: 'a' }], containers: [{}] },
          crash === undefined ? {} : { c: { crashAfter: fixed(crash) } },
        );
        const status = play.to(seconds);
        const back = resumed(
          { ...play.pod, status },
          { now: play.now, seed: 's', effects: ({ name }) => ({ ...NOW_START, ...play.effects[name] }) },
        );
        expect(back && line(podStatus(back, play.pod, '10.0.0.3')).replace('PodInitializing', 'ContainerCreating')).toBe(
          line(status).replace('PodInitializing', 'ContainerCreating'),
        );
      }),
    );
  });
});
