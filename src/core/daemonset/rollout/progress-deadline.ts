/** How long a roll-out may go without progress before it is called stuck; Deployments have a field for it, DaemonSets an annotation of ours. */
import type { DaemonSet } from '../../kube/objects.ts';
import type { Millis } from '../../kube/time.ts';
import type { Reason } from '../decision.ts';

const DEADLINE_ANNOTATION = 'everynode.dev/progress-deadline';

export interface ChosenDeadline {
  /** `undefined`: there is none. */
  readonly deadline: Millis | undefined;
  /** The annotation has a value that means nothing; there is no deadline then. */
  readonly problem: Reason | undefined;
}

const UNITS: Readonly<Record<string, Millis>> = { h: 3_600_000, m: 60_000, s: 1_000 };
const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Seconds (`600`) or a duration as Go writes them in hours, minutes and seconds (`10m`, `1h30m`); off without the annotation. */
export function progressDeadline({ metadata }: DaemonSet): ChosenDeadline {
  const value = metadata.annotations?.[DEADLINE_ANNOTATION];
  if (value === undefined) return { deadline: undefined, problem: undefined };
  const deadline = parseDuration(value);
  if (deadline !== undefined && deadline > 0) return { deadline, problem: undefined };
  return {
    deadline: undefined,
    problem: {
      code: 'InvalidAnnotation',
      message: `Annotation ${DEADLINE_ANNOTATION} is ${JSON.stringify(value)}, which is no duration such as 10m or 600; there is no deadline.`,
      field: `metadata.annotations[${DEADLINE_ANNOTATION}]`,
      subject: value,
      remedy: `kubectl annotate daemonset ${metadata.name} --overwrite ${DEADLINE_ANNOTATION}=10m`,
    },
  };
}

function parseDuration(text: string): Millis | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const found = text === '' ? null : DURATION.exec(text);
  if (!found) return undefined;
  return ['h', 'm', 's'].reduce((sum, unit, i) => sum + Number(found[i + 1] ?? 0) * (UNITS[unit] ?? 0), 0);
}
