/** What the controllers of workloads share in writing: how refusals are read, and how events are told. */
import { ApiError } from '../core/api/api-error.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import type { Notice } from '../core/workloads/objects.ts';
import type { EventRecorder } from './event-recorder.ts';

/** Milliseconds until a pass that met a newer object is done again: the watch brings that object meanwhile. */
export const RETRY_SOON = 50;

/** Whether a write was refused because the object has changed since. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409 && error.reason === 'Conflict';
}

/** Whether the name is taken. */
export function isTaken(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409 && error.reason === 'AlreadyExists';
}

/** Whether there is no such object any more. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** Whether a create was refused because its namespace is being deleted. */
export function isNamespaceEnding(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating')
  );
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface Teller {
  readonly about: KubeObject;
  readonly kind: string;
  readonly apiVersion: string;
  readonly component: string;
}

/** Records an event about an object. */
export function tell(recorder: EventRecorder, { about, kind, apiVersion, component }: Teller, notice: Notice): void {
  const { name = '', namespace, uid, resourceVersion } = about.metadata;
  recorder.record({ ...notice, component, subject: { apiVersion, kind, name, namespace, uid, resourceVersion } });
}
