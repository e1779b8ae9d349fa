/** Defaults of DaemonSets (upstream `apps/v1/defaults.go`). */
import type { DaemonSet } from '../../kube/objects.ts';
import { defaultPodSpec } from './pod-spec.ts';

const HISTORY = 10;

/** Fills the DaemonSet in place. Giving only `maxSurge` leaves `maxUnavailable` at 1, which validation then refuses. */
export function defaultDaemonSet(daemonSet: DaemonSet): void {
  daemonSet.spec ??= {} as DaemonSet['spec'];
  const { spec } = daemonSet;
  spec.template ??= {} as DaemonSet['spec']['template'];
  spec.template.spec ??= {} as DaemonSet['spec']['template']['spec'];
  defaultPodSpec(spec.template.spec);
  spec.updateStrategy ??= {};
  const { updateStrategy: strategy } = spec;
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.maxUnavailable ??= 1;
    strategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= HISTORY;
}
