/**
 * Decoding by schema: what Go makes of a JSON value when it reads it into a typed object and writes it out again.
 * Each definition is compiled once into closures.
 */
import type { KubeObject } from '../../kube/objects.ts';
import { DecodeContext } from './decode-context.ts';
import type { Repeats } from './json-syntax.ts';
import { setOwn } from './json-syntax.ts';
import { SCALAR_DECODERS, SCALAR_ZEROS } from './scalars.ts';
import type { Definition, Field, FieldType } from './schema.ts';
import { definition } from './schema.ts';

type Decoder = (value: unknown, context: DecodeContext) => unknown;

/** The mark of a value that Go leaves out. */
const OMIT = Symbol('omit');

interface FieldPlan {
  readonly name: string;
  readonly decode: Decoder;
  /** Makes what is written when the field is absent; missing where nothing is. */
  readonly zero?: () => unknown;
}

interface Plan {
  readonly goName: string;
  readonly goType: string;
  readonly fields: Map<string, FieldPlan>;
  readonly always: FieldPlan[];
}

const plans = new Map<string, Plan>();

/** What came of a decoding: a private object, and what strict validation has to say. */
export interface Typed {
  readonly object: KubeObject;
  /** `unknown field "…"` and `duplicate field "…"`, in document order; empty when not asked for. */
  readonly strict: readonly string[];
}

/**
 * Reads `value` as the definition of that OpenAPI name. Unknown fields are dropped, times and quantities take their
 * canonical form, empty values are left out or written as Go does. Nothing of `value` is shared with the result but raw JSON.
 * Throws `DecodeError` where a value does not fit.
 */
export function decodeTyped(
  value: unknown,
  name: string,
  options: { strict?: boolean; repeats?: Repeats | undefined } = {},
): Typed {
  const context = new DecodeContext(options.strict ?? false, options.repeats);
  const object = decodeStruct(planOf(definition(name)), value, context);
  return { object: object as unknown as KubeObject, strict: context.strict };
}

/**
 * The same for a value made from `stored`, an object that came out of here: its top-level fields named in `shared` that are still the
 * stored ones are taken as they are, not decoded and not copied. Nobody may change them.
 */
export function decodeOver(
  value: Record<string, unknown>,
  name: string,
  { stored, shared, strict }: { stored: object; shared: readonly string[]; strict: boolean },
): Typed {
  const same = shared.filter((key) => value[key] !== undefined && value[key] === (stored as Record<string, unknown>)[key]);
  if (same.length === 0) return decodeTyped(value, name, { strict });
  const rest = { ...value };
  for (const key of same) rest[key] = undefined;
  const typed = decodeTyped(rest, name, { strict });
  const decoded = typed.object as unknown as Record<string, unknown>;
  const object: Record<string, unknown> = {};
  // In the order of `value`, as decoding keeps it.
  for (const key in value) {
    if (same.includes(key)) object[key] = value[key];
    else if (decoded[key] !== undefined) object[key] = decoded[key];
  }
  for (const key in decoded) if (object[key] === undefined) object[key] = decoded[key];
  return { object: object as unknown as KubeObject, strict: typed.strict };
}

/** The object Go writes for the zero value of a kind: what a create is compared with. */
export function zeroObject(name: string): KubeObject {
  return decodeTyped({}, name).object;
}

function planOf(type: Definition): Plan {
  const known = plans.get(type.name);
  if (known) return known;
  const plan: Plan = { goName: type.goName, goType: `v1.${type.goName}`, fields: new Map(), always: [] };
  plans.set(type.name, plan);
  for (const field of type.fields.values()) {
    const compiled = compileField(field);
    plan.fields.set(field.name, compiled);
    if (compiled.zero) plan.always.push(compiled);
  }
  return plan;
}

function decodeStruct(plan: Plan, value: unknown, context: DecodeContext): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (value !== null && value !== undefined) {
    if (typeof value !== 'object' || Array.isArray(value)) return context.mismatch(value, plan.goType);
    for (const key in value) {
      const field = plan.fields.get(key);
      if (field) {
        context.struct = plan.goName;
        context.enter(key, plan.goName);
        const decoded = field.decode((value as Record<string, unknown>)[key], context);
        context.leave();
        if (decoded !== OMIT) out[key] = decoded;
      } else {
        context.unknownField(key);
      }
      if (context.repeats) context.repeated(value, key);
    }
  }
  for (const field of plan.always) if (out[field.name] === undefined) out[field.name] = field.zero?.();
  return out;
}

function compileField(field: Field): FieldPlan {
  const value = compileType(field.type, field.goType);
  const zero = field.always ? compileZero(field) : undefined;
  const empty = zero ?? (() => OMIT);
  const { name, type, pointer } = field;
  const plan = (decode: Decoder): FieldPlan => (zero ? { name, decode, zero } : { name, decode });
  if (type.kind === 'object' || type.kind === 'any' || pointer) {
    return plan((raw, context) => (raw === null || raw === undefined ? empty() : value(raw, context)));
  }
  if (type.kind === 'list') {
    return plan((raw, context) => {
      const list = raw === null || raw === undefined ? undefined : (value(raw, context) as unknown[]);
      // An empty list of managed fields is an order to forget them all.
      return list && (list.length > 0 || name === 'managedFields') ? list : empty();
    });
  }
  if (type.kind === 'map') {
    return plan((raw, context) => {
      const map = raw === null || raw === undefined ? undefined : (value(raw, context) as object);
      return map && !isEmpty(map) ? map : empty();
    });
  }
  return plan((raw, context) => {
    if (raw === null || raw === undefined) return empty();
    const decoded = value(raw, context);
    return zero || (decoded !== '' && decoded !== 0 && decoded !== false && decoded !== null) ? decoded : OMIT;
  });
}

function isEmpty(map: object): boolean {
  for (const _ in map) return false;
  return true;
}

function compileZero({ type, pointer }: Field): () => unknown {
  if (pointer || type.kind === 'list' || type.kind === 'map') return () => null;
  return zeroOf(type);
}

function compileType(type: FieldType, goType: string): Decoder {
  switch (type.kind) {
    case 'object': {
      const { definition: inner } = type;
      let plan: Plan | undefined;
      return (value, context) => {
        plan ??= planOf(inner);
        return decodeStruct(plan, value, context);
      };
    }
    case 'list':
      return compileList(type.items, goType);
    case 'map':
      return compileMap(type.values, goType);
    default: {
      const decode = SCALAR_DECODERS[type.kind];
      return (value, context) => decode(value, context, goType);
    }
  }
}

function compileList(items: FieldType, goType: string): Decoder {
  const decode = compileType(items, goType.slice(2));
  const zero = zeroOf(items);
  return (value, context) => {
    if (!Array.isArray(value)) return context.mismatch(value, goType);
    const out = new Array<unknown>(value.length);
    const { struct } = context;
    for (let i = 0; i < value.length; i++) {
      context.struct = struct;
      context.enter(i);
      out[i] = value[i] === null ? zero() : decode(value[i], context);
      context.leave();
    }
    return out;
  };
}

function compileMap(values: FieldType, goType: string): Decoder {
  const decode = compileType(values, goType.replace(/^map\[string\]/, ''));
  const zero = zeroOf(values);
  return (value, context) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return context.mismatch(value, goType);
    const out: Record<string, unknown> = {};
    const { struct } = context;
    for (const key in value) {
      const item = (value as Record<string, unknown>)[key];
      context.struct = struct;
      context.enter(`=${key}`);
      setOwn(out, key, item === null ? zero() : decode(item, context));
      context.leave();
      if (context.repeats) context.repeated(value, key);
    }
    return out;
  };
}

/** What `null` becomes inside a list or a map. */
function zeroOf(type: FieldType): () => unknown {
  if (type.kind === 'object') {
    const { definition: inner } = type;
    return () => decodeStruct(planOf(inner), undefined, new DecodeContext(false));
  }
  if (type.kind === 'list' || type.kind === 'map') return () => null;
  const zero = SCALAR_ZEROS[type.kind];
  return () => zero;
}
