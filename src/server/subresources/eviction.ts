/** `pods/eviction`: a delete that asks the pod's disruption budget first (upstream `registry/core/pod/storage/eviction.go`). */
import { removeOptionsFromBody } from '../../core/api/rest/delete-options.ts';
import { badRequest, internal, notFound } from '../../core/api/rest/errors.ts';
import { update } from '../../core/api/rest/update.ts';
import type { Condition, KubeObject, Pod } from '../../core/kube/objects.ts';
import { isReady } from '../../core/kube/pod-state.ts';
import { PODS } from '../../core/kube/resource.ts';
import { compileSelector } from '../../core/kube/selector.ts';
import { formatTime } from '../../core/kube/time.ts';
import { keyOf, prefixOf, served } from '../registry.ts';
import { removeObject } from '../rest/remove.ts';
import { peek, type Scope, writeRequest } from '../rest/scope.ts';
import { writeObject } from '../rest/update.ts';
import { type Answer, type Call, created, type Handler } from './call.ts';
import { type Budget, spend } from './disruption-budget.ts';

const BUDGETS = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' };

/** Evicts. Throws 400, 404, 429 where the budget does not allow it, 500 where there are several budgets. */
export const EVICTION: Handler = {
  // Evictions of v1beta1 outlived their group version: old kubectl still drains with them (upstream `EvictionREST.AcceptsGroupVersion`).
  target: {
    group: 'policy',
    version: 'v1',
    kind: 'Eviction',
    schema: 'io.k8s.api.policy.v1.Eviction',
    formerly: ['policy/v1beta1'],
  },
  async handle(call: Call): Promise<Answer> {
    const eviction = call.body as KubeObject & { deleteOptions?: unknown };
    if (eviction.metadata.name !== call.name) throw badRequest('name in URL does not match name in Eviction object');
    const kind = call.scope.parts.registry.find(PODS)!;
    const scope = { ...call.scope, kind };
    const asked = removeOptionsFromBody(eviction.deleteOptions);
    const options = { ...asked, dryRun: asked.dryRun || call.options.dryRun };
    const pod = peek(scope.parts.store, keyOf(kind, scope.namespace, call.name)) as Pod | undefined;
    if (!pod) throw notFound(kind, call.name);
    let known: { resourceVersion?: string } = {};
    if (!isBeyondBudgets(pod)) known = await askBudget(scope, pod, options.dryRun);
    const preconditions = { ...known, ...options.preconditions };
    if (!options.dryRun && !isBeyondBudgets(pod)) {
      const marked = await markEvicted(scope, pod, preconditions.resourceVersion);
      if (preconditions.resourceVersion !== undefined) preconditions.resourceVersion = marked;
    }
    await removeObject(scope, call.name, { ...options, preconditions });
    return created();
  },
};

/** Pods that no budget protects any more, or not yet. */
function isBeyondBudgets({ metadata, status }: Pod): boolean {
  const phase = status?.phase;
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending' || metadata.deletionTimestamp !== undefined;
}

/** Spends one disruption. Returns what must still hold when the pod is deleted: its version, where it was let go for being unhealthy. */
async function askBudget(scope: Scope, pod: Pod, dryRun: boolean): Promise<{ resourceVersion?: string }> {
  const { parts, namespace } = scope;
  const kind = parts.registry.find(BUDGETS);
  if (!kind) return {};
  const budgets = parts.store.list(prefixOf(kind, namespace)).map((entry) => served(kind, entry.value) as Budget);
  const mine = budgets.filter((budget) => compileSelector(budget.spec?.selector)(pod.metadata.labels));
  if (mine.length > 1) {
    throw internal('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  }
  const [budget] = mine;
  if (!budget) return {};
  if (!isReady(pod) && letsUnhealthyGo(budget)) return { resourceVersion: pod.metadata.resourceVersion ?? '' };
  const budgetScope = { ...scope, kind, agent: 'kube-apiserver' };
  const subresource = kind.subresources.find((one) => one.name === 'status');
  const request = writeRequest(budgetScope, { dryRun, fieldManager: undefined, fieldValidation: 'Ignore', force: false });
  await writeObject(budgetScope, budget.metadata.name ?? '', dryRun, (old) => {
    if (!old) throw notFound(kind, budget.metadata.name ?? '');
    const next = spend(old as Budget, pod.metadata.name ?? '', parts.clock.now());
    return update({ kind, subresource, next, old, request });
  });
  return {};
}

function letsUnhealthyGo({ spec, status }: Budget): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const desired = status?.desiredHealthy ?? 0;
  return desired > 0 && (status?.currentHealthy ?? 0) >= desired;
}

/** Adds the `DisruptionTarget` condition. Returns the pod's new version. */
async function markEvicted(scope: Scope, pod: Pod, expected: string | undefined): Promise<string> {
  const { kind, parts } = scope;
  const name = pod.metadata.name ?? '';
  const condition: Condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(parts.clock.now()),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const { object } = await writeObject(scope, name, false, (old) => {
    if (!old) throw notFound(kind, name);
    const { status } = old as Pod;
    if (expected !== undefined && expected !== old.metadata.resourceVersion) return { change: { keep: true }, answer: old };
    const others = (status?.conditions ?? []).filter((one) => one.type !== condition.type);
    const next: Pod = { ...(old as Pod), status: { ...status, conditions: [...others, condition] } };
    return { change: { put: next }, answer: next };
  });
  return object.metadata.resourceVersion ?? '';
}
