/** Controller `nodelifecycle`: silent nodes become Unknown, conditions become taints, pods of nodes that are not ready are not ready. */
import { ApiError } from '../core/api/api-error.ts';
import type { Node, Pod } from '../core/kube/objects.ts';
import { conditionOf } from '../core/kube/pod-state.ts';
import { LEASES, NODES, PODS } from '../core/kube/resource.ts';
import { formatTime } from '../core/kube/time.ts';
import {
  graceOf,
  LIFECYCLE,
  nextPulse,
  outageTaint,
  type Pulse,
  silentConditions,
  wantedTaints,
  zoneOf,
} from '../core/node/lifecycle.ts';
import { type ZoneCount, ZoneLimiter } from '../core/node/zone-limiter.ts';
import { type ControllerWorld, every, objectKey, type RunningController } from './controller.ts';
import { PodsByNode } from './pods-by-node.ts';
import { startTaintEviction } from './taint-eviction.ts';
import { WorkQueue } from './work-queue.ts';

export function startNodeLifecycle(world: ControllerWorld): RunningController {
  const byNode = new PodsByNode(world.mirrors.of<Pod>(PODS));
  const lifecycle = new Lifecycle(world, byNode);
  const eviction = startTaintEviction(world, byNode);
  const monitor = every(world, LIFECYCLE.period, () => lifecycle.monitor());
  return {
    stop() {
      monitor.stop();
      eviction.stop();
      lifecycle.stop();
    },
  };
}

class Lifecycle {
  readonly #world: ControllerWorld;
  readonly #byNode: PodsByNode;
  readonly #pulses = new Map<string, Pulse>();
  readonly #limiter = new ZoneLimiter();
  /** Nodes that may carry their `NoExecute` taint: their turn came. */
  readonly #mayExecute = new Set<string>();
  readonly #taints: WorkQueue;
  readonly #silent: WorkQueue;
  readonly #unready: WorkQueue;

  constructor(world: ControllerWorld, byNode: PodsByNode) {
    this.#world = world;
    this.#byNode = byNode;
    const { clock, log } = world;
    this.#taints = new WorkQueue({ clock, log, workers: 64, work: (name) => this.#taint(name) });
    this.#silent = new WorkQueue({ clock, log, workers: 16, work: (name) => this.#silence(name) });
    this.#unready = new WorkQueue({ clock, log, workers: 8, work: (name) => this.#podsNotReady(name) });
    world.mirrors.of<Node>(NODES).listen({
      changed: (node, old) => this.#changed(node, old),
      removed: ({ metadata }) => this.#removed(metadata.name ?? '', metadata.uid),
    });
    world.mirrors.of(LEASES);
  }

  stop(): void {
    this.#taints.stop();
    this.#silent.stop();
    this.#unready.stop();
  }

  /** Every 5 s: who is silent, and whose turn it is to lose its pods. */
  monitor(): void {
    const nodes = this.#world.mirrors.of<Node>(NODES);
    const leases = this.#world.mirrors.of(LEASES);
    if (!nodes.hasSynced || !leases.hasSynced) return;
    const now = this.#world.clock.now();
    const counts = new Map<string, ZoneCount>();
    const out: Node[] = [];
    for (const node of nodes.values()) {
      const name = node.metadata.name ?? '';
      const lease = leases.get(`kube-node-lease/${name}`);
      const pulse = nextPulse(this.#pulses.get(name), node, lease, now);
      this.#pulses.set(name, pulse);
      if (now - pulse.at > graceOf(node, lease) && silentConditions(node, now)) this.#silent.add(name);
      const ready = conditionOf(node.status?.conditions, 'Ready')?.status === 'True';
      const zone = zoneOf(node);
      const count = counts.get(zone) ?? { ready: 0, notReady: 0 };
      counts.set(zone, ready ? { ...count, ready: count.ready + 1 } : { ...count, notReady: count.notReady + 1 });
      if (outageTaint(node) && !this.#mayExecute.has(name)) out.push(node);
    }
    this.#limiter.update(counts, now);
    for (const node of out) {
      if (!this.#limiter.take(zoneOf(node), now)) continue;
      this.#mayExecute.add(node.metadata.name ?? '');
      this.#taints.add(node.metadata.name ?? '');
    }
  }

  #changed(node: Node, old: Node | undefined): void {
    const name = node.metadata.name ?? '';
    if (!outageTaint(node)) this.#mayExecute.delete(name);
    if (wantedTaints(node, this.#outage(node), 0)) this.#taints.add(name);
    if (!old) this.#tell(node, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
    const ready = conditionOf(node.status?.conditions, 'Ready')?.status;
    if (ready !== undefined && ready !== 'True') {
      const before = conditionOf(old?.status?.conditions, 'Ready')?.status;
      if (before === 'True') this.#tell(node, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
      if (before !== ready) this.#unready.add(name);
    }
  }

  #removed(name: string, uid: string | undefined): void {
    this.#pulses.delete(name);
    this.#mayExecute.delete(name);
    this.#tell(
      { metadata: { name, ...(uid === undefined ? {} : { uid }) } },
      'RemovingNode',
      `Node ${name} event: Removing Node ${name} from Controller`,
    );
  }

  /** The `NoExecute` taint, if its turn has come; before that an older one of either key stays as it is. */
  #outage(node: Node): string | 'keep' | undefined {
    const taint = outageTaint(node);
    if (taint === undefined) return undefined;
    const has = (node.spec?.taints ?? []).some(
      ({ effect, key }) => effect === 'NoExecute' && /\/(not-ready|unreachable)$/.test(key),
    );
    return this.#mayExecute.has(node.metadata.name ?? '') || has ? taint : 'keep';
  }

  async #taint(name: string): Promise<undefined> {
    const { api, clock } = this.#world;
    const node = await api.get<Node>(NODES, { name }).catch(undefinedWhenGone);
    const taints = node && wantedTaints(node, this.#outage(node), clock.now());
    if (!node || !taints) return;
    const { resourceVersion } = node.metadata;
    const body = { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
    await api.patch(NODES, { name }, { type: 'application/merge-patch+json', body });
  }

  async #silence(name: string): Promise<undefined> {
    const { api, clock } = this.#world;
    const node = await api.get<Node>(NODES, { name }).catch(undefinedWhenGone);
    const conditions = node && silentConditions(node, clock.now());
    if (!conditions) return;
    await api.patch(
      NODES,
      { name },
      { type: 'application/strategic-merge-patch+json', body: { status: { conditions } } },
      { subresource: 'status' },
    );
  }

  async #podsNotReady(name: string): Promise<undefined> {
    const { api, clock, recorder } = this.#world;
    for (const pod of this.#byNode.of(name)) {
      const ready = conditionOf(pod.status?.conditions, 'Ready');
      if (ready?.status !== 'True') continue;
      const condition = { ...ready, status: 'False', lastTransitionTime: formatTime(clock.now()) };
      const body = { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } };
      await api
        .patch(PODS, objectKey(pod), { type: 'application/strategic-merge-patch+json', body }, { subresource: 'status' })
        .catch(undefinedWhenGone);
      const { namespace, name: podName = '', uid } = pod.metadata;
      recorder.record({
        type: 'Warning',
        reason: 'NodeNotReady',
        message: 'Node is not ready',
        subject: { apiVersion: 'v1', kind: 'Pod', namespace, name: podName, uid },
        component: 'node-controller',
      });
    }
  }

  #tell(node: Node, reason: string, message: string): void {
    const { name = '', uid } = node.metadata;
    this.#world.recorder.record({
      type: 'Normal',
      reason,
      message,
      subject: { apiVersion: 'v1', kind: 'Node', name, uid },
      component: 'node-controller',
    });
  }
}

function undefinedWhenGone(error: unknown): undefined {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
}
