/** Merges an applied configuration into an object (structured-merge-diff `typed.Merge`): the configuration wins. */
import { setOwn } from '../schema/json-syntax.ts';
import { keyElement, valueElement } from './path-element.ts';
import type { Shape } from './shape.ts';

type JsonObject = Record<string, unknown>;

/** The merged value; neither side is changed, untouched parts are shared. `undefined` stands for an absent side. */
export function mergeTyped(shape: Shape, live: unknown, config: unknown): unknown {
  if (config === undefined) return live;
  if (live === undefined || live === null || config === null || shape.kind === 'leaf') return config;
  if (shape.kind === 'list-map' || shape.kind === 'list-set') return mergeLists(shape, live as unknown[], config as unknown[]);
  const merged: JsonObject = { ...(live as JsonObject) };
  for (const [key, value] of Object.entries(config as JsonObject)) {
    const inner = shape.kind === 'map' ? shape.values : shape.fields.get(key);
    setOwn(merged, key, inner ? mergeTyped(inner, Object.hasOwn(merged, key) ? merged[key] : undefined, value) : value);
  }
  return merged;
}

/**
 * The configuration's items keep its order; the others stay where they were, as far as both orders allow:
 * whenever the walk meets an item of both sides, it waits for the configuration to get there.
 */
function mergeLists(
  shape: Shape & { kind: 'list-map' | 'list-set' },
  live: readonly unknown[],
  config: readonly unknown[],
): unknown[] {
  const elementOf = (item: unknown): string => (shape.kind === 'list-map' ? keyElement(item, shape.keys) : valueElement(item));
  const left = live.map(elementOf);
  const right = config.map(elementOf);
  const liveItems = new Map(live.map((item, i) => [left[i] ?? '', item]));
  const wanted = new Set(right);
  const shared = right.filter((element) => liveItems.has(element));
  const merged = new Set<string>();
  const out: unknown[] = [];
  let next = 0;
  const takeConfig = (i: number): void => {
    const element = right[i] ?? '';
    merged.add(element);
    const before = liveItems.get(element);
    out.push(shape.kind === 'list-map' && before !== undefined ? mergeTyped(shape.items, before, config[i]) : config[i]);
    if (shared[next] === element) next++;
  };
  for (let l = 0, r = 0; l < left.length || r < right.length; ) {
    const element = left[l];
    if (element !== undefined && r < right.length) {
      if (element === right[r]) {
        takeConfig(r++);
        l++;
        continue;
      }
      if (wanted.has(element) && next < shared.length && shared[next] !== element) {
        l++;
        continue;
      }
    }
    if (element !== undefined && !wanted.has(element)) {
      out.push(live[l++]);
      continue;
    }
    if (element !== undefined && merged.has(element)) l++;
    if (r < right.length) takeConfig(r++);
  }
  return out;
}
