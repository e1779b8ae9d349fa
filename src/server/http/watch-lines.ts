/** The lines of a watch: events in the form a request accepts, made once for all watchers of that form. */

import { parseIncludeObject, type Table } from '../../core/api/table/table.ts';
import { goJson } from '../../core/api/validation/print-value.ts';
import { apiVersionOf } from '../../core/kube/resource.ts';
import { served } from '../registry.ts';
import type { SeenEvent } from '../watch-events.ts';
import { type Shaping, shapedObject } from './shapes.ts';

/** Puts the line of an event behind `out`. */
export type Encode = (event: SeenEvent, out: Buffer[]) => void;

/** Encodes events in the form of one request, `shaping` telling the present time; equal forms share their work. Throws 400. */
export function encoder(shaping: () => Shaping): Encode {
  const { kind, form } = shaping();
  const version = apiVersionOf(kind);
  if (form.shape === 'Object') {
    if (!kind.storage) return ({ type, state }, out) => out.push(LEADS[type], state.bytes, LINE_END);
    return (event, out) => out.push(shared(event, version, () => bytesOf(served(kind, event.state.value))));
  }
  if (form.shape === 'Table') return tableEncoder(shaping);
  const key = `${version} ${form.shape} ${form.shapeVersion}`;
  return (event, out) => {
    out.push(shared(event, key, () => bytesOf(shapedObject(shaping(), served(kind, event.state.value)))));
  };
}

/** The columns are told once, with the first event. */
function tableEncoder(shaping: () => Shaping): Encode {
  const { exchange, kind, form } = shaping();
  const includeObject = parseIncludeObject(exchange.query.get('includeObject'));
  const key = `${apiVersionOf(kind)} Table ${includeObject} ${form.shapeVersion}`;
  let columns = true;
  return (event, out) => {
    const table = () => {
      const whole = shapedObject(shaping(), served(kind, event.state.value)) as Table;
      return bytesOf(columns ? whole : { ...whole, columnDefinitions: null });
    };
    out.push(columns ? line(event.type, table()) : shared(event, key, table));
    columns = false;
  };
}

/** The lines made in this turn, by state; a commit reaches all its watchers in one. */
const made = new Map<object, Map<string, Buffer>>();

/** The line of an event in one form, made once for all watchers. */
function shared({ type, state }: SeenEvent, form: string, encode: () => Buffer): Buffer {
  if (made.size === 0) setImmediate(() => made.clear());
  const key = `${type} ${form}`;
  const forms = made.get(state) ?? new Map<string, Buffer>();
  made.set(state, forms);
  const known = forms.get(key);
  if (known) return known;
  const bytes = line(type, encode());
  forms.set(key, bytes);
  return bytes;
}

const LINE_END = Buffer.from('}\n');
const LEADS = {
  ADDED: lead('ADDED'),
  MODIFIED: lead('MODIFIED'),
  DELETED: lead('DELETED'),
};

function lead(type: string): Buffer {
  return Buffer.from(`{"type":"${type}","object":`);
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(goJson(value));
}

function line(type: string, object: Buffer): Buffer {
  return Buffer.concat([lead(type), object, LINE_END]);
}

/** The line of a bookmark, or of the error that ends a watch. */
export function plainLine(type: 'BOOKMARK' | 'ERROR', object: unknown): Buffer {
  return line(type, bytesOf(object));
}
