/** The simulated nodes: one shared pod watch, one node watch and one loop for all of them. */

import { ApiError } from '../core/api/api-error.ts';
import type { Node, Pod } from '../core/kube/objects.ts';
import { conditionOf } from '../core/kube/pod-state.ts';
import { NODES, PODS } from '../core/kube/resource.ts';
import type { NodePlan } from '../core/node/node-object.ts';
import type { SimulationRule } from '../core/node/simulation-rules.ts';
import type { StaticManifest } from '../core/node/static-pods.ts';
import type { Settings } from '../core/profile.ts';
import type { Clock, KubeApi, Log, LogSource, Random } from '../ports.ts';
import { ContainerLogs } from './container-logs.ts';
import { EventRecorder } from './event-recorder.ts';
import { Heartbeats } from './heartbeats.ts';
import { isOn, isSimulated, Machine } from './machine.ts';
import { Mirrors } from './mirror.ts';
import { NodeJoiner } from './node-joiner.ts';
import { PodRunner } from './pod-runner.ts';
import { PressureWatch } from './pressure-watch.ts';
import { followRules } from './rules-source.ts';
import { StaticPodRunner } from './static-pod-runner.ts';

export interface NodesOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly settings: Settings;
  /** Equal seeds give equal delays. */
  readonly seed?: string;
  /** Rules that stand after those of the ConfigMap, such as a node pool's. */
  readonly rules?: readonly SimulationRule[];
  /** The manifests that lie on a node. */
  readonly staticPods?: (node: string) => readonly StaticManifest[];
  /** Watches shared with the controllers of the same process; made here when absent. */
  readonly mirrors?: Mirrors;
}

export interface SimulatedNodes {
  /** Every Node and Pod there at the start has been looked at. */
  readonly synced: Promise<void>;
  /** Creates Nodes, each with addresses of its own; one that exists stays as it is. */
  join(plans: readonly NodePlan[]): Promise<void>;
  readonly logs: LogSource;
  /** Figures for metrics and benches. */
  stats(): { nodes: number; pods: number; eventsDropped: number };
  /** Nothing is on its way to the API. */
  readonly idle: boolean;
  stop(): void;
}

/** Starts the simulation of every Node with the annotation `everynode.dev/simulated: "true"`, now and later. */
export function startNodes(options: NodesOptions): SimulatedNodes {
  const nodes = new Nodes(options);
  return {
    synced: nodes.synced,
    join: (plans) => nodes.joiner.join(plans),
    logs: (request) => nodes.logs(request),
    stats: () => nodes.stats(),
    get idle() {
      return nodes.idle;
    },
    stop: () => nodes.stop(),
  };
}

class Nodes {
  readonly synced: Promise<void>;
  readonly #options: NodesOptions;
  readonly #machines = new Map<string, Machine>();
  /** Bound pods by node, simulated or not: a node may come after its pods. */
  readonly #bound = new Map<string, Map<string, Pod>>();
  readonly #mirrors: Mirrors;
  readonly #recorder: EventRecorder;
  readonly #logs: ContainerLogs;
  readonly #runner: PodRunner;
  readonly #heartbeats: Heartbeats;
  readonly #pressure: PressureWatch;
  readonly #static: StaticPodRunner;
  readonly #joiner: NodeJoiner;

  constructor(options: NodesOptions) {
    this.#options = options;
    const { api, clock, random, log, settings, seed = 'everynode' } = options;
    this.#mirrors = options.mirrors ?? new Mirrors({ api, clock, random, log });
    this.#recorder = new EventRecorder({ api, clock, log });
    this.#logs = new ContainerLogs(clock);
    const rules = followRules(this.#mirrors, { recorder: this.#recorder, log, further: options.rules ?? [] });
    this.#runner = new PodRunner({
      api,
      clock,
      log,
      settings,
      seed,
      recorder: this.#recorder,
      logs: this.#logs,
      rules: rules.rules,
    });
    const get = (name: string) => this.#machines.get(name);
    this.#heartbeats = new Heartbeats({ api, clock, log }, { get, count: () => this.#machines.size });
    this.#pressure = new PressureWatch(
      clock,
      { runner: this.#runner, heartbeats: this.#heartbeats, recorder: this.#recorder },
      get,
    );
    this.#static = new StaticPodRunner({ api, clock, log }, this.#runner);
    const nodeMirror = this.#mirrors.of<Node>(NODES);
    this.#joiner = new NodeJoiner({ api, clock, log }, nodeMirror);
    const podMirror = this.#mirrors.of<Pod>(PODS);
    nodeMirror.listen({ changed: (node, old) => this.#node(node, old), removed: (node) => this.#nodeLost(node) });
    podMirror.listen({ changed: (pod, old) => this.#pod(pod, old), removed: (pod) => this.#podGone(pod) });
    this.synced = Promise.all([nodeMirror.synced, podMirror.synced]).then(() => {});
  }

  get joiner(): NodeJoiner {
    return this.#joiner;
  }

  get idle(): boolean {
    return this.#runner.writer.idle;
  }

  stats() {
    return { nodes: this.#machines.size, pods: this.#runner.size, eventsDropped: this.#recorder.dropped };
  }

  stop(): void {
    this.#heartbeats.stop();
    this.#pressure.stop();
    this.#static.stop();
    this.#runner.stop();
    this.#recorder.stop();
    if (!this.#options.mirrors) this.#mirrors.stop();
  }

  async logs(request: Parameters<LogSource>[0]): ReturnType<LogSource> {
    const pod = this.#mirrors.of<Pod>(PODS).get(`${request.namespace}/${request.pod}`);
    if (!pod) throw new ApiError(404, 'NotFound', `pods "${request.pod}" not found`, { name: request.pod, kind: 'pods' });
    const resident = this.#runner.resident(pod.metadata.uid ?? '');
    return this.#logs.answer(resident?.pod ?? pod, request);
  }

  #node(node: Node, old: Node | undefined): void {
    const name = node.metadata.name ?? '';
    this.#joiner.sees(node);
    const machine = this.#machines.get(name);
    if (!machine) {
      if (isSimulated(node)) this.#nodeStarts(node);
      return;
    }
    machine.node = node;
    if (!isSimulated(node)) {
      this.#nodeGone(node);
      return;
    }
    const was = old ? isOn(old) : true;
    if (!was && machine.isOn) this.#powerOn(machine);
    else if (machine.isOn && old && becameReady(old, node)) {
      this.#tell(machine, 'NodeReady', `Node ${name} status is now: NodeReady`);
      this.#runner.reportAll(machine);
    }
    if (old && old.metadata.annotations !== node.metadata.annotations) this.#pressure.notice(machine);
  }

  #nodeStarts(node: Node): void {
    const machine = new Machine(node);
    this.#machines.set(machine.name, machine);
    if (!machine.isOn) return;
    void this.#joiner.register(node);
    this.#heartbeats.start(machine.name);
    this.#tell(machine, 'Starting', 'Starting kubelet.');
    this.#static.start(machine, this.#options.staticPods?.(machine.name) ?? []);
    for (const pod of this.#bound.get(machine.name)?.values() ?? []) this.#runs(machine, pod);
    this.#pressure.notice(machine);
  }

  /** The machine is back: it beats again, and catches up on what happened to its pods. */
  #powerOn(machine: Machine): void {
    this.#heartbeats.start(machine.name);
    this.#tell(machine, 'Starting', 'Starting kubelet.');
    this.#static.start(machine, this.#options.staticPods?.(machine.name) ?? []);
    for (const resident of [...machine.residents.values()]) {
      if (!resident.manifest && !this.#bound.get(machine.name)?.has(resident.uid)) this.#runner.removed(resident.uid);
    }
    for (const pod of this.#bound.get(machine.name)?.values() ?? []) this.#runs(machine, pod);
    this.#runner.reportAll(machine);
    this.#pressure.notice(machine);
  }

  #nodeLost(node: Node): void {
    this.#joiner.lost(node);
    this.#nodeGone(node);
  }

  #nodeGone(node: Node): void {
    const name = node.metadata.name ?? '';
    const machine = this.#machines.get(name);
    if (!machine) return;
    this.#machines.delete(name);
    this.#heartbeats.forget(name);
    this.#static.forget(machine);
    this.#runner.forget(machine);
  }

  #pod(pod: Pod, old: Pod | undefined): void {
    const { nodeName } = pod.spec;
    if (!nodeName) return;
    const uid = pod.metadata.uid ?? '';
    let bound = this.#bound.get(nodeName);
    if (!bound) {
      bound = new Map();
      this.#bound.set(nodeName, bound);
    }
    bound.set(uid, pod);
    const machine = this.#machines.get(nodeName);
    if (machine) this.#runs(machine, pod, old === undefined);
  }

  #runs(machine: Machine, pod: Pod, isNew = true): void {
    if (this.#static.sees(pod)) return;
    this.#runner.pod(machine, pod);
    if (isNew || (pod.status?.phase === 'Running' && machine.residents.size > 0)) this.#watchMemory(machine, pod);
  }

  #watchMemory(machine: Machine, pod: Pod): void {
    const life = machine.residents.get(pod.metadata.uid ?? '')?.life;
    if (life?.main.some(({ stage }) => stage.at === 'running' && stage.plan.memory)) this.#pressure.keepLooking(machine);
  }

  #podGone(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    const { nodeName } = pod.spec;
    if (!nodeName) return;
    const bound = this.#bound.get(nodeName);
    bound?.delete(uid);
    if (bound?.size === 0) this.#bound.delete(nodeName);
    this.#static.lost(pod);
    if (this.#machines.get(nodeName)?.isOn) this.#runner.removed(uid);
  }

  #tell(machine: Machine, reason: string, message: string): void {
    const { name } = machine;
    // A kubelet knows itself by name before it has an object: upstream's events carry it as the uid, and old clients look there.
    this.#recorder.record({
      type: 'Normal',
      reason,
      message,
      subject: { apiVersion: 'v1', kind: 'Node', name, uid: name },
      component: 'kubelet',
      host: name,
    });
  }
}

function becameReady(old: Node, node: Node): boolean {
  return (
    conditionOf(node.status?.conditions, 'Ready')?.status === 'True' &&
    conditionOf(old.status?.conditions, 'Ready')?.status !== 'True'
  );
}
