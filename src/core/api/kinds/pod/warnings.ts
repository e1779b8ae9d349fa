/** What the API warns of in pods and templates without refusing it (upstream `pkg/api/pod/warnings.go`). */

import { labelValueProblems } from '../../../kube/labels.ts';
import type { NodeSelectorTerm, ObjectMeta, PodSpec } from '../../../kube/objects.ts';
import { formatQuantity, tryQuantity } from '../../../kube/quantity.ts';
import { Path } from '../../validation/path.ts';
import { APPARMOR, SECCOMP_CONTAINER, SECCOMP_POD } from '../../validation/pod-spec/annotations.ts';
import { type AffinityShape, type ContainerShape, type SpecShape, specShape } from '../../validation/pod-spec/shape.ts';
import { visitContainers } from '../../validation/pod-spec/visit.ts';
import { quote } from '../../validation/print-value.ts';
import { warnOfPorts } from './port-warnings.ts';
import { warnOfVolumes } from './volume-warnings.ts';
import type { Warn } from './warn.ts';

const LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

const ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

const SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
/** What an AppArmor annotation is warned of with; pods hear it when the annotation becomes a field. */
export const APPARMOR_DEPRECATED = 'deprecated since v1.30; use the "appArmorProfile" field instead';

const NO_MATCH = 'a null labelSelector results in matching no pod';

interface Subject {
  readonly spec: PodSpec;
  readonly metadata?: ObjectMeta | undefined;
  /** Where the template lies; absent for a pod itself. */
  readonly template?: Path;
}

/** Warns of a pod or template that is valid. */
export function warnOfPod({ spec: pod, metadata, template }: Subject, warn: Warn): void {
  const spec = specShape(pod);
  const below = (name: string): Path => template?.child(name) ?? new Path(name);
  const at = below('spec');
  warnOfLabels(spec, at, warn);
  const annotations = metadata?.annotations;
  const noted = below('metadata').child('annotations');
  if (annotations) {
    for (const key in ANNOTATIONS) if (key in annotations) warn(`${noted.key(key)}: ${ANNOTATIONS[key]}`);
  }
  warnOfVolumes(spec.volumes ?? [], at.child('volumes'), warn);
  warnOfRepeats(spec, at, warn);
  for (const name of ['memory', 'ephemeral-storage']) warnOfFraction(spec.overhead?.[name], at.child('overhead').key(name), warn);
  if (annotations && SECCOMP_POD in annotations && !spec.securityContext?.seccompProfile) {
    warn(`${noted.key(SECCOMP_POD)}: ${SECCOMP}`);
  }
  visitContainers(spec, at, (container, here) => {
    if (annotations) warnOfProfiles(container, { annotations, at: noted, ofTemplate: !!template, spec }, warn);
    warnOfContainer(container, here, warn);
  });
  warnOfPorts(spec, at, warn);
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    warn(`${at.child('terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1`);
  }
  warnOfPodAffinity(spec.affinity, at.child('affinity'), warn);
}

function warnOfLabels(spec: SpecShape, at: Path, warn: Warn): void {
  for (const key in spec.nodeSelector) if (LABELS[key]) warn(`${at.child('nodeSelector').key(key)}: ${LABELS[key]}`);
  const affinity = spec.affinity?.nodeAffinity;
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const node = at.child('affinity').child('nodeAffinity');
  for (const [i, term] of (affinity?.[required]?.nodeSelectorTerms ?? []).entries()) {
    warnOfTerm(term, { at: node.child(required).child('nodeSelectorTerms').index(i), values: false }, warn);
  }
  for (const [i, { preference }] of (affinity?.[preferred] ?? []).entries()) {
    warnOfTerm(preference ?? {}, { at: node.child(preferred).index(i).child('preference'), values: true }, warn);
  }
  for (const [i, { topologyKey = '', labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const one = at.child('topologySpreadConstraints').index(i);
    if (LABELS[topologyKey]) warn(`${one.child('topologyKey')}: ${topologyKey} is ${LABELS[topologyKey]}`);
    if (!labelSelector) warn(`${one.child('labelSelector')}: ${NO_MATCH}`);
  }
}

/** Preferences may name values that no label can have; validation lets them pass. */
function warnOfTerm(term: NodeSelectorTerm, rule: { at: Path; values: boolean }, warn: Warn): void {
  for (const [i, { key, values = [] }] of (term.matchExpressions ?? []).entries()) {
    const one = rule.at.child('matchExpressions').index(i);
    if (LABELS[key]) warn(`${one.child('key')}: ${key} is ${LABELS[key]}`);
    if (!rule.values) continue;
    for (const [j, value] of values.entries()) {
      const problems = labelValueProblems(value);
      if (problems.length > 0) warn(`${one.child('values').index(j)}: ${value} is invalid, ${problems.join('; ')}`);
    }
  }
}

function warnOfRepeats(spec: SpecShape, at: Path, warn: Warn): void {
  const addresses = new Set<string>();
  for (const [i, { ip = '' }] of (spec.hostAliases ?? []).entries()) {
    if (addresses.has(ip)) warn(`${at.child('hostAliases').index(i).child('ip')}: duplicate ip ${quote(ip)}`);
    addresses.add(ip);
  }
  const names = new Set<string>();
  const secrets = at.child('imagePullSecrets');
  for (const [i, { name = '' }] of (spec.imagePullSecrets ?? []).entries()) {
    if (names.has(name)) warn(`${secrets.index(i).child('name')}: duplicate name ${quote(name)}`);
    names.add(name);
  }
  for (const [i, { name = '' }] of (spec.imagePullSecrets ?? []).entries()) {
    if (name === '') warn(`${secrets.index(i).child('name')}: invalid empty name ""`);
  }
}

interface Noted {
  readonly annotations: Readonly<Record<string, string>>;
  readonly at: Path;
  readonly ofTemplate: boolean;
  readonly spec: SpecShape;
}

function warnOfProfiles(container: ContainerShape, { annotations, at, ofTemplate, spec }: Noted, warn: Warn): void {
  const seccomp = SECCOMP_CONTAINER + container.name;
  if (seccomp in annotations && !container.securityContext?.seccompProfile) warn(`${at.key(seccomp)}: ${SECCOMP}`);
  const appArmor = APPARMOR + container.name;
  const field = container.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
  if (ofTemplate && appArmor in annotations && !field) warn(`${at.key(appArmor)}: ${APPARMOR_DEPRECATED}`);
}

function warnOfContainer(container: ContainerShape, here: () => Path, warn: Warn): void {
  for (const name of ['memory', 'ephemeral-storage']) {
    for (const list of ['limits', 'requests'] as const) {
      const text = container.resources?.[list]?.[name];
      if (text !== undefined) warnOfFraction(text, here().child('resources').child(list).key(name), warn);
    }
  }
  const seen = new Set<string>();
  for (const [i, { name = '', value = '', valueFrom }] of (container.env ?? []).entries()) {
    // X="$(X) more" builds on the value before; everything else throws it away.
    const reference = `$(${name})`;
    const builds = !valueFrom && value !== reference && value.includes(reference);
    if (seen.has(name) && !builds) {
      const rule = `hides previous definition of ${quote(name)}, which may be dropped when using apply`;
      warn(`${here().child('env').index(i)}: ${rule}`);
    }
    seen.add(name);
  }
}

/** Bytes come in wholes. */
function warnOfFraction(text: string | undefined, at: Path, warn: Warn): void {
  const quantity = text === undefined ? undefined : tryQuantity(text);
  if (!quantity || quantity.scale >= 0 || quantity.value % 10n ** BigInt(-quantity.scale) === 0n) return;
  warn(`${at}: fractional byte value ${quote(formatQuantity(quantity))} is invalid, must be an integer`);
}

function warnOfPodAffinity(affinity: AffinityShape | undefined, at: Path, warn: Warn): void {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const terms = affinity?.[kind];
    for (const [i, { labelSelector }] of (terms?.[required] ?? []).entries()) {
      if (!labelSelector) warn(`${at.child(kind).child(required).index(i).child('labelSelector')}: ${NO_MATCH}`);
    }
    for (const [i, { podAffinityTerm }] of (terms?.[preferred] ?? []).entries()) {
      const one = at.child(kind).child(preferred).index(i).child('podAffinityTerm');
      if (!podAffinityTerm?.labelSelector) warn(`${one.child('labelSelector')}: ${NO_MATCH}`);
    }
  }
}
