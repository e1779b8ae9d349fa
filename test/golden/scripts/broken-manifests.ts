/** DaemonSets and ControllerRevisions with one thing wrong each; the name says what. */

export interface Manifest {
  readonly apiVersion: 'apps/v1';
  readonly kind: string;
  readonly metadata: { name: string; annotations?: Record<string, string> };
  readonly [field: string]: unknown;
}

const LABELS = { app: 'agent' };
const CONTAINER = { name: 'agent', image: 'agent' };

/** A sound DaemonSet, with these fields of its spec in place of the sound ones. `undefined` leaves one out. */
export function daemonSet(name: string, spec: Record<string, unknown> = {}): Manifest {
  return { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name }, spec: { ...selecting(LABELS), ...spec } };
}

/** Selector and template labels of a spec. */
export function selecting(matchLabels: Record<string, string>, labels = matchLabels): Record<string, unknown> {
  return { selector: { matchLabels }, template: { metadata: { labels }, spec: { containers: [CONTAINER] } } };
}

export function revision(name: string, fields: Record<string, unknown>): Manifest {
  return { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: { name }, ...fields };
}

const spec = (fields: Record<string, unknown>) => daemonSet('agent', fields);
const pod = (fields: Record<string, unknown>) =>
  spec({ template: { metadata: { labels: LABELS }, spec: { containers: [CONTAINER], ...fields } } });
const expression = (fields: Record<string, unknown>) => spec({ selector: { matchExpressions: [{ key: 'app', ...fields }] } });
const rolling = (rollingUpdate: Record<string, unknown>) => spec({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });

const CASES: Record<string, Manifest> = {
  Agent_1: spec({}),
  'selector-key': spec(selecting({ 'a b': 'x' })),
  'selector-value': spec(selecting({ app: 'a b' })),
  'selector-operator': expression({ operator: 'Is', values: ['agent'] }),
  'selector-in-nothing': expression({ operator: 'In' }),
  'selector-exists-values': expression({ operator: 'Exists', values: ['agent'] }),
  'selector-empty': spec({ selector: {} }),
  'selector-missing': spec({ selector: undefined }),
  'selector-mismatch': spec(selecting({ app: 'other' }, LABELS)),
  'no-containers': pod({ containers: [] }),
  'same-names': pod({ containers: [CONTAINER, CONTAINER] }),
  port: pod({ containers: [{ ...CONTAINER, ports: [{ containerPort: 70000 }] }] }),
  volumes: pod({
    volumes: [
      { name: 'log', emptyDir: {} },
      { name: 'log', emptyDir: {} },
    ],
  }),
  'ephemeral-containers': pod({ ephemeralContainers: [{ name: 'debug', image: 'debug' }] }),
  'restart-policy': pod({ restartPolicy: 'OnFailure' }),
  'active-deadline': pod({ activeDeadlineSeconds: 5 }),
  'min-ready': spec({ minReadySeconds: -1 }),
  'history-limit': spec({ revisionHistoryLimit: -1 }),
  strategy: spec({ updateStrategy: { type: 'Recreate' } }),
  'null-rolling-update': spec({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: null } }),
  'on-delete-with-budget': spec({ updateStrategy: { type: 'OnDelete', rollingUpdate: { maxUnavailable: 0 } } }),
  'unavailable-negative': rolling({ maxUnavailable: -1 }),
  'unavailable-text': rolling({ maxUnavailable: 'few' }),
  'unavailable-digits': rolling({ maxUnavailable: '10' }),
  'unavailable-percent': rolling({ maxUnavailable: '101%' }),
  'surge-negative': rolling({ maxSurge: -1, maxUnavailable: 0 }),
  'surge-text': rolling({ maxSurge: '5x', maxUnavailable: 0 }),
  'surge-percent': rolling({ maxSurge: '150%', maxUnavailable: 0 }),
  'surge-alone': rolling({ maxSurge: 1 }),
  'both-set': rolling({ maxSurge: '10%', maxUnavailable: '10%' }),
  'both-zero': rolling({ maxSurge: 0, maxUnavailable: 0 }),
  'both-zero-percent': rolling({ maxSurge: '0%', maxUnavailable: '0%' }),
  'revision-without-data': revision('agent', { revision: 1 }),
  'revision-negative': revision('agent', { data: {}, revision: -1 }),
  'revision-data-text': revision('agent', { data: 'text', revision: 1 }),
  Revision_1: revision('agent', { data: {}, revision: 1 }),
};
const annotations = { 'deprecated.daemonset.template.generation': 'many' };

/** Each under the name of its case. */
export const BROKEN: readonly Manifest[] = [
  ...Object.entries(CASES).map(([name, manifest]) => ({ ...manifest, metadata: { name } })),
  { ...spec({}), metadata: { name: 'template-generation', annotations } },
];
