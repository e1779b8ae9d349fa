/** What a Deployment writes down on itself and on its ReplicaSets (upstream `deployment_util.go`). */
import type { Deployment } from '../objects.ts';
import { replicasOf } from '../objects.ts';
import type { Draft } from './draft.ts';
import { surgeOf } from './strategy.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAX = 'deployment.kubernetes.io/max-replicas';

/** Characters that the list of former revisions may have; the oldest fall out. */
const HISTORY_LENGTH = 2000;

/** Annotations of the Deployment that its ReplicaSets do not get. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  HISTORY,
  DESIRED,
  MAX,
  'deprecated.deployment.rollback.to',
]);

/** The revision of a ReplicaSet; 0 where it has none. */
export function revisionOf(annotations: Readonly<Record<string, string>> | undefined): number {
  return integer(annotations?.[REVISION]) ?? 0;
}

/** The replicas its Deployment wanted when the ReplicaSet was last scaled; `undefined` where that is not written down. */
export function desiredAtScaling({ annotations }: Draft): number | undefined {
  return integer(annotations[DESIRED]);
}

/** The most pods the Deployment allowed itself when the ReplicaSet was last scaled. */
export function maxAtScaling({ annotations }: Draft): number | undefined {
  return integer(annotations[MAX]);
}

/** Gives the new ReplicaSet the Deployment's annotations and its revision; one that was in use before keeps its former revision too. */
export function annotateNew(draft: Draft, deployment: Deployment, revision: number): void {
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(key)) set(draft, key, value);
  }
  const before = draft.annotations[REVISION];
  if (before !== undefined && before !== '' && integer(before) === undefined) return;
  const old = integer(before) ?? 0;
  if (old < revision) {
    set(draft, REVISION, String(revision));
    if (before !== undefined) remember(draft, before);
  }
  if (draft.isNew) annotateScale(draft, deployment);
}

/** Writes down the figures that proportional scaling starts from. */
export function annotateScale(draft: Draft, deployment: Deployment): void {
  const replicas = replicasOf(deployment);
  set(draft, DESIRED, String(replicas));
  set(draft, MAX, String(replicas + surgeOf(deployment)));
}

function remember(draft: Draft, revision: string): void {
  const known = draft.annotations[HISTORY];
  const revisions = known ? known.split(',') : [];
  let length = (known?.length ?? 0) + revision.length + 1;
  while (length > HISTORY_LENGTH && revisions.length > 0) length -= (revisions.shift() ?? '').length + 1;
  set(draft, HISTORY, [...revisions, revision].join(','));
}

function set(draft: Draft, key: string, value: string): void {
  if (draft.annotations[key] !== value) draft.annotations = { ...draft.annotations, [key]: value };
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?[0-9]+$/.test(text) ? Number(text) : undefined;
}
