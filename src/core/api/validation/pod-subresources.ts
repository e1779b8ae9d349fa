/** Updates of a pod through `resize` and `ephemeralcontainers`. */
import type { Pod, ResourceRequirements } from '../../kube/objects.ts';
import { isSidecar } from '../../kube/pod-resources.ts';
import { qosClass } from '../../kube/qos.ts';
import type { Cause } from '../api-error.ts';
import { semanticEqual } from './equality.ts';
import { forbiddenValue, invalidValue } from './field-error.ts';
import { validateObjectMetaUpdate } from './metadata.ts';
import { Path, SPEC } from './path.ts';
import { validatePodContent } from './pod.ts';
import { MIRROR } from './pod-spec/annotations.ts';
import { specShape } from './pod-spec/shape.ts';
import { validateAnnotations } from './pod-update.ts';
import { quote } from './print-value.ts';
import { specDiff } from './spec-diff.ts';

const WHOLE = new Path('');

/** Only ephemeral containers are added; those there are stay as they are (KEP-277). */
export function validateEphemeralContainersUpdate(next: Pod, old: Pod): Cause[] {
  if (old.metadata.annotations?.[MIRROR] !== undefined) {
    return [forbiddenValue(WHOLE, 'static pods do not support ephemeral containers')];
  }
  const out = [...validateObjectMetaUpdate(next.metadata, old.metadata), ...validatePodContent(next)];
  validateAnnotations(next, old, out);
  const containers = specShape(next.spec).ephemeralContainers ?? [];
  const at = SPEC.child('ephemeralContainers');
  for (const was of specShape(old.spec).ephemeralContainers ?? []) {
    const is = containers.find((container) => container.name === was.name);
    const which = `existing ephemeral containers ${quote(was.name ?? '')}`;
    if (!is) out.push(forbiddenValue(at, `${which} may not be removed\n`));
    else if (!semanticEqual(is, was)) out.push(forbiddenValue(at, `${which} may not be changed\n${specDiff(was, is)}`));
  }
  return out;
}

/** Cpu and memory of containers that keep running change in place, within the QoS class (KEP-1287). */
export function validateResize(next: Pod, old: Pod): Cause[] {
  if (old.metadata.annotations?.[MIRROR] !== undefined) return [forbiddenValue(WHOLE, 'static pods cannot be resized')];
  if (old.spec.os?.name === 'windows') return [forbiddenValue(WHOLE, 'windows pods cannot be resized')];
  const out = [...validateObjectMetaUpdate(next.metadata, old.metadata), ...validatePodContent(next)];
  if ((old.status?.qosClass ?? qosClass(old.spec)) !== qosClass(next.spec)) {
    const rule = 'Pod QOS Class may not change as a result of resizing';
    out.push(invalidValue(SPEC, next.status?.qosClass ?? '', rule));
  }
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [i, was] of (old.spec[list] ?? []).entries()) {
      const is = next.spec[list]?.[i];
      const at = SPEC.child(list).index(i).child('resources');
      const fixed = list === 'initContainers' && !isSidecar(was);
      if (!is || semanticEqual(is.resources, was.resources)) continue;
      if (fixed) out.push(forbiddenValue(SPEC, 'resources for non-sidecar init containers are immutable'));
      else compareResources(is.resources ?? {}, { old: was.resources ?? {}, at, sidecar: list === 'initContainers' }, out);
    }
  }
  return out;
}

interface Was {
  readonly old: ResourceRequirements;
  readonly at: Path;
  readonly sidecar: boolean;
}

function compareResources(next: ResourceRequirements, { old, at, sidecar }: Was, out: Cause[]): void {
  for (const kind of ['requests', 'limits'] as const) {
    const removed = Object.keys(old[kind] ?? {}).some((name) => next[kind]?.[name] === undefined);
    if (removed) out.push(forbiddenValue(at.child(kind), `resource ${kind} cannot be removed`));
  }
  for (const kind of ['requests', 'limits'] as const) {
    const names = new Set([...Object.keys(old[kind] ?? {}), ...Object.keys(next[kind] ?? {})]);
    const others = [...names].filter((name) => name !== 'cpu' && name !== 'memory');
    if (others.every((name) => old[kind]?.[name] === next[kind]?.[name])) continue;
    const what = sidecar ? 'cpu and memory resources for sidecar containers' : 'cpu and memory resources';
    out.push(forbiddenValue(SPEC, `only ${what} are mutable`));
    return;
  }
}
