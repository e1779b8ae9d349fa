/** The world as one simulated pod sees it: the rules that speak of it, and where its events and log lines go. */
import type { Container, Pod } from '../core/kube/objects.ts';
import type { PodScene } from '../core/node/pod-life.ts';
import { type Effects, effectsFor, type SimulationRule } from '../core/node/simulation-rules.ts';
import type { Clock } from '../ports.ts';
import type { ContainerLogs } from './container-logs.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { Machine, Resident } from './machine.ts';

export interface SceneSources {
  readonly clock: Clock;
  readonly seed: string;
  readonly recorder: EventRecorder;
  readonly logs: ContainerLogs;
  rules(): readonly SimulationRule[];
}

const NO_EFFECTS: Effects = {};

/** The scene for the next step of a resident. */
export function podScene(resident: Resident, sources: SceneSources): PodScene {
  const { clock, recorder, logs } = sources;
  const { machine, uid } = resident;
  const pod = resident.manifest ?? resident.pod;
  return {
    now: clock.now(),
    pod,
    seed: podSeed(pod, sources),
    effects: (container) => containerEffects({ machine, pod, container }, sources),
    hasImage: (image) => machine.images.has(image),
    tell: ({ container, role, type, reason, message }) => {
      if (reason === 'Pulled' && container) machine.images.add(containerOf(pod, container)?.image ?? '');
      const fieldPath = container && `spec.${role === 'main' ? 'containers' : 'initContainers'}{${container}}`;
      const subject = { ...podSubject(resident.pod), ...(fieldPath ? { fieldPath } : {}) };
      recorder.record({ type, reason, message, subject, component: 'kubelet', host: machine.name });
    },
    write: ({ container, text, restart }) => {
      const key = `${uid}/${container}`;
      if (text.startsWith('exited with code ')) logs.end(key);
      logs.write(key, text, restart);
      const found = restart ? containerOf(pod, container) : undefined;
      if (!found) return;
      const { log, logEvery } = containerEffects({ machine, pod, container: found }, sources);
      if (log && logEvery) logs.repeat(key, log, logEvery);
    },
  };
}

/** What the rules in force do to a container on its node. */
export function containerEffects(
  at: { machine: Machine; pod: Pod; container: Container },
  sources: Pick<SceneSources, 'rules'>,
): Effects {
  const { machine, pod, container } = at;
  const rules = sources.rules();
  if (rules.length === 0) return NO_EFFECTS;
  return effectsFor(rules, {
    image: container.image ?? '',
    container: container.name,
    namespace: pod.metadata.namespace ?? '',
    podLabels: pod.metadata.labels ?? {},
    nodeLabels: machine.node.metadata.labels ?? {},
  });
}

/** What a pod's draws depend on. */
export function podSeed({ metadata }: Pod, { seed }: Pick<SceneSources, 'seed'>): string {
  return `${seed}/${metadata.uid}/${metadata.name}`;
}

/** A pod as the subject of an event. */
export function podSubject(pod: Pod) {
  const { namespace, name = '', uid, resourceVersion } = pod.metadata;
  return { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, resourceVersion };
}

function containerOf(pod: Pod, name: string): Container | undefined {
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((container) => container.name === name);
}
