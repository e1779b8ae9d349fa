/** What is said about a whole row: that its pod is over, so that clients can set it apart (upstream `printPod`). */
import type { KubeObject, PodStatus } from '../../kube/objects.ts';
import type { Kind } from '../kind.ts';

/** `metav1.TableRowCondition`. */
export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

const SUCCEEDED: readonly RowCondition[] = [
  { type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' },
];
const FAILED: readonly RowCondition[] = [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }];

/** The conditions of an object's row; `undefined` where there are none. */
export function rowConditions(kind: Kind, object: KubeObject): readonly RowCondition[] | undefined {
  if (kind.kind !== 'Pod' || kind.group !== '') return undefined;
  const phase = (object.status as PodStatus | undefined)?.phase;
  if (phase === 'Succeeded') return SUCCEEDED;
  return phase === 'Failed' ? FAILED : undefined;
}
