/** Every pod runs as a ServiceAccount (upstream plugin/pkg/admission/serviceaccount). */
import type { Pod } from '../../kube/objects.ts';
import { SERVICEACCOUNTS } from '../../kube/resource.ts';
import type { WriteContext } from '../kind.ts';
import { type Account, limitSecretReferences } from './mountable-secrets.ts';
import { PODS_RESOURCE, refuse } from './refuse.ts';
import { mountToken } from './token-volume.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const DEFAULT_ACCOUNT = 'default';

/**
 * Names the account, mounts its token and hands its pull secrets on. Throws 403 where the account is missing.
 * Mirror pods belong to their kubelet and get nothing. Mutates.
 */
export function admitServiceAccount(pod: Pod, context: WriteContext): void {
  const { spec } = pod;
  if (pod.metadata.annotations?.[MIRROR] !== undefined) {
    refuseMirrorReferences(pod);
    return;
  }
  const name = spec.serviceAccountName || DEFAULT_ACCOUNT;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
  const account = context.lookup(SERVICEACCOUNTS, { namespace: context.namespace, name }) as Account | undefined;
  if (!account) {
    const why = `error looking up service account ${context.namespace ?? ''}/${name}: serviceaccount "${name}" not found`;
    throw refuse(PODS_RESOURCE, pod, why);
  }
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(pod, context.suffix());
  const given = spec.imagePullSecrets as unknown[] | undefined;
  if (!given?.length && account.imagePullSecrets?.length) {
    spec.imagePullSecrets = account.imagePullSecrets.map(({ name: secret }) => ({ ...(secret ? { name: secret } : {}) }));
  }
  limitSecretReferences(pod, account);
}

function refuseMirrorReferences(pod: Pod): void {
  const { serviceAccountName, volumes = [], imagePullSecrets } = pod.spec;
  if (serviceAccountName) throw refuse(PODS_RESOURCE, pod, 'a mirror pod may not reference service accounts');
  const pullSecrets = (imagePullSecrets as unknown[] | undefined) ?? [];
  if (pullSecrets.length > 0 || volumes.some((volume) => volume.secret !== undefined)) {
    throw refuse(PODS_RESOURCE, pod, 'a mirror pod may not reference secrets');
  }
  const projects = volumes.some(({ projected }) =>
    ((projected as { sources?: { serviceAccountToken?: unknown }[] } | undefined)?.sources ?? []).some(
      (one) => one.serviceAccountToken,
    ),
  );
  if (projects) throw refuse(PODS_RESOURCE, pod, 'a mirror pod may not use service account token projections');
}
