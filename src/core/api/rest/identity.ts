/** The checks that a body is the object its URL names (upstream `handlers/rest.go`, `rest/meta.go`). */
import type { KubeObject } from '../../kube/objects.ts';
import type { Kind } from '../kind.ts';
import { badRequest } from './errors.ts';

/**
 * Fills `metadata.namespace` in from the URL, or clears it on a cluster-scoped kind. Mutates `object`.
 * Throws 400 where both name one and they differ.
 */
export function matchNamespace(kind: Kind, object: KubeObject, namespace: string | undefined): void {
  const given = object.metadata.namespace ?? '';
  if (!kind.namespaced) {
    if (object.metadata.namespace !== undefined) delete object.metadata.namespace;
    return;
  }
  const wanted = namespace ?? '';
  if (given === wanted) return;
  if (given !== '') {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  object.metadata.namespace = wanted;
}

/** Throws 400 where the body of a PUT or the result of a PATCH has another name than the URL, or none. */
export function matchName(object: KubeObject, name: string): void {
  const given = object.metadata.name ?? '';
  if (given === name) return;
  if (given === '') {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
}

/** Why a text may not be a segment of a URL path, and so no name of anything (upstream `path.IsValidPathSegmentName`). */
export function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((char) => name.includes(char)).map((char) => `may not contain '${char}'`);
}

/** Throws 400 where a name in the URL cannot be one. */
export function checkNameParameter(name: string): void {
  const problems = pathSegmentProblems(name);
  if (problems.length > 0) throw badRequest(`Name parameter invalid: ${JSON.stringify(name)}: ${problems.join(';')}`);
}

/** Puts `kind` and `apiVersion` first, as the wire form has them; lists rely on that order. Returns a shallow copy. */
export function withTypeFirst(kind: Kind, object: KubeObject): KubeObject {
  const { kind: _kind, apiVersion: _version, metadata, ...rest } = object;
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  return { kind: kind.kind, apiVersion, metadata, ...rest };
}
