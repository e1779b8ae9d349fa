/** Defaults of pod specs, in pods and templates alike (upstream `core/v1/defaults.go`, `SetDefaults_PodSpec`). */
import type { PodSpec } from '../../kube/objects.ts';
import { specShape } from '../validation/pod-spec/shape.ts';
import { defaultContainer } from './container.ts';
import { defaultResourceList } from './resource-list.ts';
import { defaultVolume } from './volume.ts';

/** How long a pod gets to end when it does not say, in seconds. */
const GRACE = 30;

/** Fills the spec in place. */
export function defaultPodSpec(pod: PodSpec): void {
  const spec = specShape(pod);
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= GRACE;
  spec.schedulerName ||= 'default-scheduler';
  mirrorServiceAccount(spec);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers]) {
    for (const container of list ?? []) defaultContainer(container);
  }
  defaultResourceList(spec.overhead);
  defaultResourceList(spec.resources?.limits);
  defaultResourceList(spec.resources?.requests);
}

/** `serviceAccount` is the old name of `serviceAccountName`; both are always shown, and the new one wins. */
function mirrorServiceAccount(spec: { serviceAccount?: string; serviceAccountName?: string }): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}
