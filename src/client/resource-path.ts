/** URLs of the Kubernetes REST API. */
import type { ObjectKey, ResourceRef } from '../core/kube/resource.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** `/api/v1/namespaces/x/pods`, `/apis/apps/v1/daemonsets`: the collection, of all namespaces where none is given. */
export function collectionPath(ref: ResourceRef, namespace: string | undefined): string {
  const base = ref.group === '' ? `/api/${ref.version}` : `/apis/${ref.group}/${ref.version}`;
  return namespace ? `${base}/namespaces/${encodeURIComponent(namespace)}/${ref.resource}` : `${base}/${ref.resource}`;
}

/** One object, or one of its subresources. */
export function objectPath(ref: ResourceRef, key: ObjectKey, subresource?: string): string {
  const path = `${collectionPath(ref, key.namespace)}/${encodeURIComponent(key.name)}`;
  return subresource ? `${path}/${subresource}` : path;
}

/** Appends what is set. */
export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}
