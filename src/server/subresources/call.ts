/** What stands behind a subresource or a virtual kind: a handler that HTTP and in-process callers share. */
import type { Status } from '../../core/api/api-error.ts';
import type { WriteOptions } from '../../core/api/rest/write-options.ts';
import type { DecodeTarget } from '../../core/api/schema/body.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import type { Scope } from '../rest/scope.ts';

/** One POST to a handler. */
export interface Call {
  readonly scope: Scope;
  /** Of the object whose subresource this is; `''` for virtual kinds. */
  readonly name: string;
  /** Decoded and private. */
  readonly body: KubeObject;
  readonly options: WriteOptions;
}

/** What a handler answers, with the HTTP status. */
export interface Answer {
  readonly status: number;
  readonly object: KubeObject | Status;
}

/** A handler of POST, and the kind its body must be of. */
export interface Handler {
  readonly target: DecodeTarget;
  handle(call: Call): Promise<Answer>;
}

/** The `Status` that says a POST did what it should. */
export function created(): Answer {
  return { status: 201, object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}
