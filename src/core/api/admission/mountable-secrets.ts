/** Accounts with `kubernetes.io/enforce-mountable-secrets` let pods use their own secrets only (upstream `limitSecretReferences`). */
import type { KubeObject, Pod } from '../../kube/objects.ts';
import { PODS_RESOURCE, refuse } from './refuse.ts';

/** What the plugin reads of a ServiceAccount. */
export interface Account extends KubeObject {
  secrets?: { name?: string }[];
  imagePullSecrets?: { name?: string }[];
  automountServiceAccountToken?: boolean;
}

const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';
/** What Go's `strconv.ParseBool` takes for true. */
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** Throws 403 for the first secret that the account does not list. */
export function limitSecretReferences(pod: Pod, account: Account): void {
  if (!TRUE.has(account.metadata.annotations?.[ENFORCE] ?? '')) return;
  const who = account.metadata.name ?? '';
  const own = new Set((account.secrets ?? []).map(({ name }) => name));
  const pull = new Set((account.imagePullSecrets ?? []).map(({ name }) => name));
  const { spec } = pod;
  for (const volume of spec.volumes ?? []) {
    const name = (volume.secret as { secretName?: string } | undefined)?.secretName;
    if (name !== undefined && !own.has(name)) throw refusal(pod, who, `volume with secret.secretName="${name}"`);
  }
  for (const [word, containers] of [
    ['init container', spec.initContainers ?? []],
    ['container', spec.containers ?? []],
  ] as const) {
    for (const container of containers) {
      for (const env of container.env ?? []) {
        const name = (env.valueFrom?.secretKeyRef as { name?: string } | undefined)?.name;
        if (name === undefined || own.has(name)) continue;
        throw refusal(pod, who, `${word} ${container.name} with envVar ${env.name} referencing secret.secretName="${name}"`);
      }
    }
  }
  const given = (spec.imagePullSecrets as { name?: string }[] | undefined) ?? [];
  for (const [i, { name }] of given.entries()) {
    if (pull.has(name)) continue;
    throw refuse(
      PODS_RESOURCE,
      pod,
      `imagePullSecrets[${i}].name="${name ?? ''}" is not allowed because service account ${who} does not reference that imagePullSecret`,
    );
  }
}

function refusal(pod: Pod, account: string, what: string) {
  return refuse(PODS_RESOURCE, pod, `${what} is not allowed because service account ${account} does not reference that secret`);
}
