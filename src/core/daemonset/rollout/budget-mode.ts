/** What the budget means for one DaemonSet: the profile's setting, unless an annotation says otherwise. */
import type { DaemonSet } from '../../kube/objects.ts';
import type { Settings } from '../../profile.ts';
import type { Reason } from '../decision.ts';

const BUDGET_ANNOTATION = 'everynode.dev/budget';

export type BudgetMode = Settings['budget'];

export interface ChosenBudget {
  readonly mode: BudgetMode;
  /** The annotation has a value that means nothing; the profile's is used. */
  readonly problem: Reason | undefined;
}

/** `hard` or `upstream`; an unknown value changes nothing but is told. */
export function budgetMode({ metadata }: DaemonSet, settings: Settings): ChosenBudget {
  const value = metadata.annotations?.[BUDGET_ANNOTATION];
  if (value === undefined) return { mode: settings.budget, problem: undefined };
  if (value === 'hard' || value === 'upstream') return { mode: value, problem: undefined };
  return {
    mode: settings.budget,
    problem: {
      code: 'InvalidAnnotation',
      message: `Annotation ${BUDGET_ANNOTATION} is ${JSON.stringify(value)}; only hard and upstream mean something, so ${settings.budget} is used.`,
      field: `metadata.annotations[${BUDGET_ANNOTATION}]`,
      subject: value,
      remedy: `kubectl annotate daemonset ${metadata.name} --overwrite ${BUDGET_ANNOTATION}=hard`,
    },
  };
}
