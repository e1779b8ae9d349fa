/** Annotations that say something about the pod itself: mirror pods, deletion cost, old seccomp and AppArmor profiles. */
import { parseInt64 } from '../../../kube/integers.ts';
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, invalidValue } from '../field-error.ts';
import type { Path } from '../path.ts';
import { quote } from '../print-value.ts';
import { validateDescending } from './local-path.ts';
import { compareAppArmor, compareSeccomp } from './profiles.ts';
import type { SpecShape } from './shape.ts';
import { visitContainers } from './visit.ts';

export const MIRROR = 'kubernetes.io/config.mirror';
export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
export const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

type Annotations = Readonly<Record<string, string>> | undefined;

/** What the annotations of a pod or template must look like. */
export function validatePodAnnotations(annotations: Annotations, of: { at: Path; spec: SpecShape }, out: Cause[]): void {
  if (!annotations) return;
  const { at, spec } = of;
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && !spec.nodeName) {
    out.push(invalidValue(at.key(MIRROR), mirror, 'must set spec.nodeName if mirror pod annotation is set'));
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isCost(cost)) out.push(invalidValue(at.key(DELETION_COST), cost, 'must be a 32bit integer'));
  const seccomp = annotations[SECCOMP_POD];
  if (seccomp !== undefined) validateSeccompName(seccomp, at.child(SECCOMP_POD), out);
  for (const key in annotations) {
    if (key.startsWith(SECCOMP_CONTAINER)) validateSeccompName(annotations[key] ?? '', at.child(key), out);
  }
  for (const key in annotations) {
    if (key.startsWith(APPARMOR)) validateAppArmorName(key, annotations[key] ?? '', { at, spec, out });
  }
}

/** Canonical 32-bit numbers: no plus sign, no leading zeros. */
function isCost(text: string): boolean {
  const value = parseInt64(text);
  if (value === undefined || value > 2147483647n || value < -2147483648n) return false;
  return !text.startsWith('+') && !(text.startsWith('0') && text !== '0');
}

function validateSeccompName(profile: string, at: Path, out: Cause[]): void {
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return;
  if (profile.startsWith('localhost/')) validateDescending(profile.slice('localhost/'.length), at, out);
  else out.push(invalidValue(at, profile, 'must be a valid seccomp profile'));
}

function validateAppArmorName(key: string, profile: string, of: { at: Path; spec: SpecShape; out: Cause[] }): void {
  const name = key.slice(APPARMOR.length);
  let found = false;
  visitContainers(of.spec, of.at, (container) => {
    found ||= container.name === name;
  });
  if (!found) of.out.push(invalidValue(of.at.key(key), name, 'container not found'));
  const known = profile === '' || profile === 'runtime/default' || profile === 'unconfined';
  if (known || profile.startsWith('localhost/')) return;
  of.out.push(invalidValue(of.at.key(key), profile, `invalid AppArmor profile name: ${quote(profile)}`));
}

/** Old annotations may stay beside the fields that replaced them only where both say the same. */
export function compareProfiles(annotations: Annotations, of: { at: Path; spec: SpecShape }, out: Cause[]): void {
  if (!annotations) return;
  const { at, spec } = of;
  const ofPod = spec.securityContext?.seccompProfile;
  const pod = annotations[SECCOMP_POD];
  if (ofPod && pod !== undefined) {
    compareSeccomp(pod, ofPod, { at: at.child('securityContext').child('seccompProfile'), out });
  }
  visitContainers(spec, at, (container, here) => {
    const profile = container.securityContext?.seccompProfile;
    const annotation = annotations[SECCOMP_CONTAINER + container.name];
    if (!profile || annotation === undefined) return;
    compareSeccomp(annotation, profile, { at: here().child('securityContext').child('seccompProfile'), out });
  });
  if (spec.os?.name === 'windows') return;
  visitContainers(spec, at, (container, here) => {
    const profile = container.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    const annotation = annotations[APPARMOR + container.name];
    if (!profile || annotation === undefined) return;
    compareAppArmor(annotation, profile, { at: here().child('securityContext').child('appArmorProfile'), out });
  });
}

/** A mirror pod stays one, and AppArmor annotations stay as they were. */
export function validateAnnotationUpdate(next: Annotations, old: Annotations, to: { at: Path; out: Cause[] }): void {
  for (const key in old) {
    if (next?.[key] === old[key]) continue;
    refuse(key, 'remove or update', to);
  }
  for (const key in next) if (old?.[key] === undefined) refuse(key, 'add', to);
}

function refuse(key: string, doing: string, { at, out }: { at: Path; out: Cause[] }): void {
  if (key.startsWith(APPARMOR)) {
    out.push(forbiddenValue(at.key(key), `may not ${doing} AppArmor annotations`));
  }
  if (key === MIRROR) out.push(forbiddenValue(at.key(key), `may not ${doing} mirror pod annotation`));
}
