/** The status of a PodDisruptionBudget from the pods it covers (upstream `disruption.go`, `trySync` and `updatePdbStatus`). */
import { semanticEqual } from '../../api/validation/equality.ts';
import type { Condition, LabelSelector, Pod } from '../../kube/objects.ts';
import { conditionOf, isReady } from '../../kube/pod-state.ts';
import { formatTime, type Instant } from '../../kube/time.ts';
import type { Notice, PodDisruptionBudget } from '../objects.ts';
import { stillDisrupted } from './disrupted.ts';
import { type Expected, expectedPods, type ScaleFinder } from './expected.ts';

export type BudgetStatus = NonNullable<PodDisruptionBudget['status']>;

export interface BudgetPlan {
  /** `undefined` where the status says this already. */
  readonly status: BudgetStatus | undefined;
  readonly notices: readonly { readonly about: PodDisruptionBudget | Pod; readonly notice: Notice }[];
  readonly wakeAt: Instant | undefined;
  /** Why the count could not be worked out: the pass is to be tried again. */
  readonly failure?: string;
}

export interface BudgetView {
  readonly budget: PodDisruptionBudget;
  /** Every pod that the selector covers. */
  readonly pods: readonly Pod[];
  readonly findScale: ScaleFinder;
  readonly now: Instant;
}

/** Where the pods' controllers cannot be counted, no disruption is allowed. */
export function planBudget(view: BudgetView): BudgetPlan {
  const { budget, pods, findScale, now } = view;
  const none: Notice = { type: 'Normal', reason: 'NoPods', message: 'No matching pods found' };
  const notices: { about: PodDisruptionBudget | Pod; notice: Notice }[] =
    pods.length === 0 ? [{ about: budget, notice: none }] : [];
  let expected: Expected;
  try {
    expected = expectedPods(budget, pods, findScale);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    const message = `Failed to calculate the number of expected pods: ${failure}`;
    notices.push({ about: budget, notice: { type: 'Warning', reason: 'CalculateExpectedPodCountFailed', message } });
    return { status: changed(budget, closed(budget, failure, now)), notices, wakeAt: undefined, failure };
  }
  if (expected.unmanaged.length > 0) notices.push({ about: budget, notice: unmanagedNotice(budget) });
  const disrupted = stillDisrupted(budget, pods, now);
  for (const pod of disrupted.overdue) notices.push({ about: pod, notice: overdueNotice(budget) });
  const healthy = pods.filter(
    (pod) => !pod.metadata.deletionTimestamp && !Object.hasOwn(disrupted.pods, pod.metadata.name ?? '') && isReady(pod),
  ).length;
  const counts = {
    currentHealthy: healthy,
    desiredHealthy: expected.healthy,
    expectedPods: expected.pods,
    // Without pods nothing is allowed: the first ones may appear before this controller sees them.
    disruptionsAllowed: expected.pods <= 0 ? 0 : Math.max(0, healthy - expected.healthy),
  };
  const status = openStatus(budget, { ...counts, disruptedPods: disrupted.pods }, now);
  return { status: changed(budget, status), notices, wakeAt: disrupted.wakeAt };
}

type Counts = Pick<BudgetStatus, 'currentHealthy' | 'desiredHealthy' | 'expectedPods' | 'disruptionsAllowed'> & {
  readonly disruptedPods: Readonly<Record<string, string>>;
};

function openStatus(budget: PodDisruptionBudget, { disruptedPods, ...counts }: Counts, now: Instant): BudgetStatus {
  const generation = budget.metadata.generation ?? 0;
  const allowed = counts.disruptionsAllowed > 0;
  const finding = allowed
    ? ({ status: 'True', reason: 'SufficientPods' } as const)
    : ({ status: 'False', reason: 'InsufficientPods' } as const);
  return {
    ...counts,
    ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods: { ...disruptedPods } } : {}),
    ...(generation > 0 ? { observedGeneration: generation } : {}),
    conditions: withCondition(budget, { ...finding, message: '', observedGeneration: generation }, now),
  };
}

/** The status as it is, but that nothing is allowed any more (upstream `failSafe`). */
function closed(budget: PodDisruptionBudget, message: string, now: Instant): BudgetStatus {
  const status = budget.status ?? { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptionsAllowed: 0 };
  const finding = { status: 'False', reason: 'SyncFailed', message, observedGeneration: status.observedGeneration ?? 0 } as const;
  return { ...status, disruptionsAllowed: 0, conditions: withCondition(budget, finding, now) };
}

/** The conditions with `DisruptionAllowed` (upstream `meta.SetStatusCondition`: in its old place, its time kept while the status stays). */
function withCondition({ status }: PodDisruptionBudget, finding: Omit<Condition, 'type'>, now: Instant): Condition[] {
  const conditions = status?.conditions ?? [];
  const before = conditionOf(conditions, 'DisruptionAllowed');
  const { observedGeneration, ...rest } = finding;
  const since = before?.status === finding.status ? before.lastTransitionTime : undefined;
  const next: Condition = {
    type: 'DisruptionAllowed',
    ...rest,
    ...(observedGeneration ? { observedGeneration } : {}),
    lastTransitionTime: since ?? formatTime(now),
  };
  return before ? conditions.map((one) => (one === before ? next : one)) : [...conditions, next];
}

function changed({ status }: PodDisruptionBudget, next: BudgetStatus): BudgetStatus | undefined {
  return semanticEqual(next, status) ? undefined : next;
}

function overdueNotice({ metadata }: PodDisruptionBudget): Notice {
  const message = `Pod was expected by PDB ${metadata.namespace}/${metadata.name} to be deleted but it wasn't`;
  return { type: 'Warning', reason: 'NotDeleted', message };
}

function unmanagedNotice({ spec }: PodDisruptionBudget): Notice {
  const message = `Pods selected by this PodDisruptionBudget (selector: ${goText(spec?.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
  return { type: 'Warning', reason: 'UnmanagedPods', message };
}

/** A selector as Go prints it. */
function goText(selector: LabelSelector | undefined): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const matchLabels = labels.map(([key, value]) => `${key}: ${value},`).join('');
  return `&LabelSelector{MatchLabels:map[string]string{${matchLabels}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}
