/** Path elements: how fieldsV1 names fields and list items, and how messages show them. */
import type { PathSet } from './path-set.ts';
import { keyDefault } from './shape.ts';

/** `f:<name>`. */
export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** `k:{…}` of an item of a list by key; the keys are sorted, missing ones take their defaults. */
export function keyElement(item: unknown, keys: readonly string[]): string {
  const object = typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {};
  let text = 'k:{';
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? '';
    text += `${i > 0 ? ',' : ''}"${key}":${JSON.stringify(object[key] ?? keyDefault(key))}`;
  }
  return `${text}}`;
}

/** `v:…` of an item of a set. */
export function valueElement(item: unknown): string {
  return `v:${JSON.stringify(item)}`;
}

/** `.spec`, `[name="c"]`, `[="x"]`, as structured-merge-diff prints them. */
export function showElement(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}

/** Every path of a set as text, in order. */
export function showPaths(set: PathSet, prefix = ''): string[] {
  const out: string[] = [];
  const keys = [...set.children.keys()].sort();
  for (const key of keys) {
    const child = set.children.get(key);
    if (child?.member) out.push(`${prefix}${showElement(key)}`);
  }
  for (const key of keys) {
    const child = set.children.get(key);
    if (child) out.push(...showPaths(child, `${prefix}${showElement(key)}`));
  }
  return out;
}
