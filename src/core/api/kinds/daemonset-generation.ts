/** `deprecated.daemonset.template.generation`: the template's own counter, once a field, now only an annotation. */
import { parseInt64 } from '../../kube/integers.ts';
import type { DaemonSet } from '../../kube/objects.ts';
import { ApiError } from '../api-error.ts';
import { quote } from '../validation/print-value.ts';

const ANNOTATION = 'deprecated.daemonset.template.generation';

/** What the annotation says, 0 where it is missing or unreadable. */
export function templateGeneration(daemonSet: DaemonSet): bigint {
  return parseInt64(daemonSet.metadata.annotations?.[ANNOTATION] ?? '') ?? 0n;
}

/** The same for a body that was just decoded: throws 400 where the text is no 64-bit number, as upstream's conversion does. */
export function readTemplateGeneration(daemonSet: DaemonSet): bigint {
  const text = daemonSet.metadata.annotations?.[ANNOTATION];
  if (text === undefined) return 0n;
  const value = parseInt64(text);
  if (value !== undefined) return value;
  const why = /^[+-]?[0-9]+$/.test(text) ? 'value out of range' : 'invalid syntax';
  const message = `DaemonSet in version "v1" cannot be handled as a DaemonSet: strconv.ParseInt: parsing ${quote(text)}: ${why}`;
  throw new ApiError(400, 'BadRequest', message);
}

/** Sets the annotation. */
export function writeTemplateGeneration(daemonSet: DaemonSet, generation: bigint): void {
  const text = String(generation);
  if (daemonSet.metadata.annotations?.[ANNOTATION] === text) return;
  daemonSet.metadata.annotations = { ...daemonSet.metadata.annotations, [ANNOTATION]: text };
}
