/** The status a new pod begins with, and what is derived from its labels and annotations when it is created. */
import type { LabelSelector, Pod, PodSpec } from '../../../kube/objects.ts';
import { qosClass } from '../../../kube/qos.ts';
import { semanticEqual } from '../../validation/equality.ts';
import { APPARMOR } from '../../validation/pod-spec/annotations.ts';
import { type ContainerShape, type LocalProfile, type PodAffinityTerm, specShape } from '../../validation/pod-spec/shape.ts';

/** Whatever status a client sends, a pod begins Pending (upstream `podStrategy.PrepareForCreate`). */
export function beginStatus(pod: Pod): void {
  pod.status = { phase: 'Pending', qosClass: qosClass(pod.spec) };
  if (!pod.spec.schedulingGates?.length) return;
  pod.status.conditions = [
    {
      type: 'PodScheduled',
      status: 'False',
      lastProbeTime: null,
      lastTransitionTime: null as unknown as string,
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    },
  ];
}

/** Turns `matchLabelKeys` into requirements with the pod's own values (KEP-3633, KEP-3243). */
export function mergeLabelKeys(pod: Pod): void {
  const labels = pod.metadata.labels ?? {};
  const spec = specShape(pod.spec);
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) mergeTerm(term, labels);
    for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (podAffinityTerm) mergeTerm(podAffinityTerm, labels);
    }
  }
  for (const constraint of spec.topologySpreadConstraints ?? []) {
    addRequirements(constraint.labelSelector, { keys: constraint.matchLabelKeys ?? [], labels, operator: 'In' });
  }
}

function mergeTerm(term: PodAffinityTerm, labels: Readonly<Record<string, string>>): void {
  addRequirements(term.labelSelector, { keys: term.matchLabelKeys ?? [], labels, operator: 'In' });
  addRequirements(term.labelSelector, { keys: term.mismatchLabelKeys ?? [], labels, operator: 'NotIn' });
}

interface Keys {
  readonly keys: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly operator: string;
}

function addRequirements(selector: LabelSelector | undefined, { keys, labels, operator }: Keys): void {
  if (!selector) return;
  for (const key of keys) {
    const value = labels[key];
    if (value === undefined) continue;
    selector.matchExpressions = [...(selector.matchExpressions ?? []), { key, operator, values: [value] }];
  }
}

/**
 * Old AppArmor annotations become fields, as the kubelet reads only those. Calls `warn` with the annotation of each
 * container that has no field of its own (upstream `applyAppArmorVersionSkew`).
 */
export function adoptAppArmor(pod: Pod, warn: (annotation: string) => void): void {
  const annotations = pod.metadata.annotations;
  if (!annotations || pod.spec.os?.name === 'windows') return;
  const spec = specShape(pod.spec as PodSpec);
  const ofPod = spec.securityContext?.appArmorProfile;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const key = APPARMOR + container.name;
    const profile = profileOf(annotations[key]);
    if (!profile || container.securityContext?.appArmorProfile) continue;
    warn(key);
    if (!semanticEqual(profile, ofPod)) setProfile(container, profile);
  }
}

function setProfile(container: ContainerShape, profile: LocalProfile): void {
  container.securityContext = { ...container.securityContext, appArmorProfile: profile };
}

function profileOf(annotation: string | undefined): LocalProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  if (!annotation?.startsWith('localhost/')) return undefined;
  return { type: 'Localhost', localhostProfile: annotation.slice('localhost/'.length) };
}
