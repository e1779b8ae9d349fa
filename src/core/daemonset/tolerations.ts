/** The tolerations every daemon pod gets besides those of its template, under both profiles. */
import type { PodSpec, TaintEffect, Toleration } from '../kube/objects.ts';
import { tolerates } from '../kube/taints.ts';
import type { Settings } from '../profile.ts';

const PREFIX = 'node.kubernetes.io';

/** Upstream's order (pkg/controller/daemon/util `AddOrUpdateDaemonPodTolerations`). */
const ALWAYS: readonly { key: string; effect: TaintEffect }[] = [
  { key: `${PREFIX}/not-ready`, effect: 'NoExecute' },
  { key: `${PREFIX}/unreachable`, effect: 'NoExecute' },
  { key: `${PREFIX}/disk-pressure`, effect: 'NoSchedule' },
  { key: `${PREFIX}/memory-pressure`, effect: 'NoSchedule' },
  { key: `${PREFIX}/pid-pressure`, effect: 'NoSchedule' },
  { key: `${PREFIX}/unschedulable`, effect: 'NoSchedule' },
];
const NETWORK = { key: `${PREFIX}/network-unavailable`, effect: 'NoSchedule' as const };

/** The tolerations of a pod made from this template: the template's own, then the injected ones. */
export function podTolerations(spec: PodSpec, settings: Settings): Toleration[] {
  const network = settings.networkUnavailable === 'always' || spec.hostNetwork === true;
  const wanted = network ? [...ALWAYS, NETWORK] : ALWAYS;
  let list = [...(spec.tolerations ?? [])];
  for (const { key, effect } of wanted) {
    list = settings.userTolerations === 'respect' ? respecting(list, key, effect, settings) : overwriting(list, key, effect);
  }
  return list;
}

/** Upstream: an entry of the same key, effect, operator and value is replaced where it stands, its seconds are lost (#92960). */
function overwriting(list: Toleration[], key: string, effect: TaintEffect): Toleration[] {
  const injected: Toleration = { key, operator: 'Exists', effect };
  let replaced = false;
  const next = list.map((own) => {
    const same = own.key === key && own.effect === effect && own.operator === 'Exists' && !own.value;
    replaced ||= same;
    return same ? injected : own;
  });
  return replaced ? next : [...next, injected];
}

/**
 * Handbook: what the user wrote for the same key and effect stands as written. Where a wider toleration of the user's
 * covers the outage (`operator: Exists` alone), its seconds are kept, so that an agent meant for every node is not cut to 300 s.
 */
function respecting(list: Toleration[], key: string, effect: TaintEffect, settings: Settings): Toleration[] {
  if (list.some((own) => own.key === key && own.effect === effect)) return list;
  const injected: Toleration = { key, operator: 'Exists', effect };
  if (effect !== 'NoExecute' || settings.outageTolerance === 'forever') return [...list, injected];
  const covering = list.filter((own) => tolerates(own, { key, effect }));
  const seconds = covering.length > 0 ? shortest(covering) : settings.outageTolerance;
  return [...list, seconds === undefined ? injected : { ...injected, tolerationSeconds: seconds }];
}

/** The smallest `tolerationSeconds` among tolerations, which is the one the taint eviction uses; `undefined` is for ever. */
export function shortest(tolerations: readonly Toleration[]): number | undefined {
  let least: number | undefined;
  for (const { tolerationSeconds: seconds } of tolerations) {
    if (seconds !== undefined && (least === undefined || seconds < least)) least = seconds;
  }
  return least;
}
