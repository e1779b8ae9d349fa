/** When two pod templates mean the same: a form in which spelled-out defaults, nulls and empty maps make no difference. */
import type { PodTemplateSpec } from '../kube/objects.ts';
import { canonicalJson } from './canonical-json.ts';

type Json = Readonly<Record<string, unknown>>;

/** Fields that the API fills in, by the kind of object they stand in (core/v1 defaults). */
const POD_DEFAULTS: Json = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  terminationGracePeriodSeconds: 30,
  enableServiceLinks: true,
  hostNetwork: false,
  hostPID: false,
  hostIPC: false,
};
const CONTAINER_DEFAULTS: Json = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  stdin: false,
  stdinOnce: false,
  tty: false,
};
const PROBE_DEFAULTS: Json = {
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};
const PORT_DEFAULTS: Json = { protocol: 'TCP' };

/** Which table holds for the object under a key. Items of a list stand under the list's key. */
const DEFAULTS: ReadonlyMap<string, Json> = new Map([
  ['spec', POD_DEFAULTS],
  ['containers', CONTAINER_DEFAULTS],
  ['initContainers', CONTAINER_DEFAULTS],
  ['ephemeralContainers', CONTAINER_DEFAULTS],
  ['ports', PORT_DEFAULTS],
  ['livenessProbe', PROBE_DEFAULTS],
  ['readinessProbe', PROBE_DEFAULTS],
  ['startupProbe', PROBE_DEFAULTS],
]);

/** Maps and structs that mean nothing when empty. An empty `namespaceSelector` or `emptyDir` does mean something. */
const EMPTY_IS_ABSENT: ReadonlySet<string> = new Set([
  'metadata',
  'labels',
  'annotations',
  'nodeSelector',
  'resources',
  'limits',
  'requests',
  'overhead',
  'securityContext',
  'affinity',
  'nodeAffinity',
  'podAffinity',
  'podAntiAffinity',
]);

/**
 * A text that is equal for templates of equal meaning. Comparing these instead of bytes keeps a server upgrade that
 * spells a default out, or stops writing `creationTimestamp: null`, from restarting every pod (#78633, #134773).
 */
export function templateKey(template: PodTemplateSpec): string {
  const { metadata, spec } = template;
  const kept = { labels: metadata?.labels, annotations: metadata?.annotations, finalizers: metadata?.finalizers };
  return canonicalJson({ metadata: plain('metadata', kept) ?? {}, spec: plain('spec', spec) ?? {} });
}

/** The value without what is absent in meaning; `undefined` where nothing is left of it. */
function plain(key: string, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => plain(key, item) ?? {});
  if (typeof value !== 'object') return value;
  if (key === 'labels' || key === 'annotations' || key === 'nodeSelector') {
    return Object.keys(value).length === 0 ? undefined : value;
  }
  const defaults = DEFAULTS.get(key);
  const kept: Record<string, unknown> = {};
  for (const [name, child] of Object.entries(value)) {
    if (name === '$patch' || (defaults && defaults[name] === child)) continue;
    const rest = plain(name, child);
    if (rest !== undefined) kept[name] = rest;
  }
  return Object.keys(kept).length === 0 && EMPTY_IS_ABSENT.has(key) ? undefined : kept;
}
