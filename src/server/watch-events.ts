/** What a store event means to one watcher: selectors turn changes into entering, staying and leaving. */

import type { Kind } from '../core/api/kind.ts';
import type { Selection } from '../core/api/rest/selection.ts';
import { goJson } from '../core/api/validation/print-value.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import type { Entry, StoreEvent } from '../ports.ts';
import { served } from './registry.ts';

/** An event as a watcher sees it; `state` is the object it shows. */
export interface SeenEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly state: Pick<Entry, 'value' | 'bytes' | 'revision'>;
}

/** The event for a watcher with `selection`, `undefined` where it does not concern it. */
export function seenEvent(kind: Kind, selection: Selection, event: StoreEvent): SeenEvent | undefined {
  const { type, entry, previous } = event;
  if (selection.everything) return { type, state: entry };
  const before = previous !== undefined && selection.matches(served(kind, previous.value));
  if (type === 'DELETED') return before ? { type, state: entry } : undefined;
  const after = selection.matches(served(kind, entry.value));
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', state: entry };
  return before ? { type: 'DELETED', state: departed(event) } : undefined;
}

/** The last matching state, stamped with the revision of the change that made it leave; made once per event. */
function departed(event: StoreEvent): SeenEvent['state'] {
  const known = DEPARTED.get(event);
  if (known) return known;
  const state = restamped(event.previous!.value, event.entry.revision);
  DEPARTED.set(event, state);
  return state;
}

const DEPARTED = new WeakMap<StoreEvent, SeenEvent['state']>();

function restamped(object: KubeObject, revision: number): SeenEvent['state'] {
  const value = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
  let bytes: Buffer | undefined;
  return {
    value,
    revision,
    get bytes() {
      bytes ??= Buffer.from(goJson(value), 'utf8');
      return bytes;
    },
  };
}
