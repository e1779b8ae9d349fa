/** The volume through which a pod reads its ServiceAccount's token (upstream `TokenVolumeSource`). */
import type { Container, Pod } from '../../kube/objects.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
/** An hour, and seven seconds by which kubelets tell these tokens from those that users project. */
const TOKEN_SECONDS = 3607;

/** Mounts the token into every container that mounts nothing there; `suffix` completes the volume's name. Mutates. */
export function mountToken(pod: Pod, suffix: string): void {
  const { spec } = pod;
  const existing = spec.volumes?.find((volume) => volume.name.startsWith(VOLUME_PREFIX))?.name;
  const name = existing ?? `${VOLUME_PREFIX}${suffix}`;
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter((container) => !isMounted(container));
  for (const container of containers) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }];
  }
  if (existing === undefined && containers.length > 0)
    spec.volumes = [...(spec.volumes ?? []), { name, projected: tokenSources() }];
}

function isMounted({ volumeMounts = [] }: Container): boolean {
  return volumeMounts.some((mount) => mount.mountPath === MOUNT_PATH);
}

/** Token, the cluster's certificates, and the namespace; fresh objects, since pods are changed in place. */
function tokenSources(): Record<string, unknown> {
  return {
    sources: [
      { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      { configMap: { name: 'openshift-service-ca.crt', items: [{ key: 'service-ca.crt', path: 'service-ca.crt' }] } },
    ],
    defaultMode: 420,
  };
}
