/** Where a decoding pass stands in its document, what it found odd, and how it words a refusal. */
import { embeddedStruct } from './embedded.ts';
import type { Repeats } from './json-syntax.ts';

/** A value that does not fit its type; the message is Go's. */
export class DecodeError extends Error {
  /** The JSON kind met and the Go type wanted, where that was the trouble. */
  readonly mismatch: { readonly found: string; readonly goType: string } | undefined;

  constructor(message: string, mismatch?: { found: string; goType: string }) {
    super(message);
    this.name = 'DecodeError';
    this.mismatch = mismatch;
  }
}

/** How Go calls the JSON kind of a value. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

export class DecodeContext {
  /** Strict errors in document order, without repeats. */
  readonly strict: string[] = [];
  /** The struct whose field is being decoded. */
  struct = '';
  /** Field names as `a`, map keys as `=a`, list positions as numbers. */
  private readonly path: (string | number)[] = [];
  /** The struct that has each step of `path` as a field. */
  private readonly outers: string[] = [];
  private readonly collect: boolean;
  readonly repeats: Repeats | undefined;

  constructor(collect: boolean, repeats?: Repeats) {
    this.collect = collect;
    this.repeats = repeats;
  }

  /** `outer` is the struct whose field the step is; nothing for map keys and positions. */
  enter(step: string | number, outer = ''): void {
    this.path.push(step);
    this.outers.push(outer);
  }

  leave(): void {
    this.path.pop();
    this.outers.pop();
  }

  unknownField(key: string): void {
    if (this.collect) this.add(`unknown field ${JSON.stringify(this.strictPath(key))}`);
  }

  /** Reports the repeats of `object` that were read right after `key`. */
  repeated(object: object, key: string): void {
    for (const repeat of this.repeats?.get(object) ?? []) {
      if (this.collect && repeat.after === key) this.add(`duplicate field ${JSON.stringify(this.strictPath(repeat.key))}`);
    }
  }

  /** Throws Go's `cannot unmarshal` error. */
  mismatch(value: unknown, goType: string, detail = ''): never {
    const found = jsonKind(value);
    const fields = this.path.flatMap((step, index) => {
      if (typeof step === 'number' || step.startsWith('=')) return [];
      const embedded = embeddedStruct(this.outers[index] ?? '', step);
      return embedded === undefined ? [step] : [embedded, step];
    });
    const where = fields.length > 0 ? `Go struct field ${this.struct}.${fields.join('.')}` : 'Go value';
    throw new DecodeError(`json: cannot unmarshal ${found}${detail} into ${where} of type ${goType}`, { found, goType });
  }

  private add(text: string): void {
    if (!this.strict.includes(text)) this.strict.push(text);
  }

  private strictPath(key: string): string {
    let text = '';
    for (const step of this.path) {
      if (typeof step === 'number') text += `[${step}]`;
      else {
        const name = step.startsWith('=') ? step.slice(1) : step;
        text += text === '' ? name : `.${name}`;
      }
    }
    return text === '' ? key : `${text}.${key}`;
  }
}
