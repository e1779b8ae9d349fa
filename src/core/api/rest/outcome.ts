/** What a prepared write comes to. */
import type { KubeObject } from '../../kube/objects.ts';

/** The change to store, and the object to answer with (without its new resource version, which the store gives). */
export interface Outcome {
  readonly change: { put: KubeObject } | { remove: KubeObject } | { keep: true };
  readonly answer: KubeObject;
}
