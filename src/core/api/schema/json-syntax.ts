/** A JSON reader that says what is wrong as Go's encoding/json does, and remembers duplicate keys. The slow path of `json.ts`. */

/** Malformed JSON; the message is Go's. */
export class JsonSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonSyntaxError';
  }
}

/** A repeated key of an object: where it was met, counted by the key read before it. */
export interface Repeat {
  readonly key: string;
  readonly after: string;
}

/** The repeated keys of each object that has any. */
export type Repeats = WeakMap<object, Repeat[]>;

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class Reader {
  private at = 0;
  private readonly text: string;
  readonly repeats: Repeats = new WeakMap();

  constructor(text: string) {
    this.text = text;
  }

  document(): unknown {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.refuse('after top-level value');
    return value;
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
  }

  /** Throws for the character at hand, in Go's words. */
  private refuse(context: string): never {
    const char = this.text[this.at];
    if (char === undefined) throw new JsonSyntaxError('unexpected end of JSON input');
    throw new JsonSyntaxError(`invalid character ${quoteChar(char)} ${context}`);
  }

  private value(): unknown {
    this.space();
    const char = this.text[this.at];
    if (char === '{') return this.object();
    if (char === '[') return this.array();
    if (char === '"') return this.string();
    if (char === 't') return this.literal('true', true);
    if (char === 'f') return this.literal('false', false);
    if (char === 'n') return this.literal('null', null);
    if (char === '-' || (char !== undefined && char >= '0' && char <= '9')) return this.number();
    return this.refuse('looking for beginning of value');
  }

  private literal<T>(word: string, value: T): T {
    for (let i = 0; i < word.length; i++, this.at++) {
      if (this.text[this.at] !== word[i]) this.refuse(`in literal ${word} (expecting ${quoteChar(word[i] ?? '')})`);
    }
    return value;
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (!match) {
      this.at++;
      return this.refuse('in numeric literal');
    }
    this.at += match[0].length;
    const next = this.text[this.at];
    if (next === '.') {
      this.at++;
      this.refuse('after decimal point in numeric literal');
    }
    if (next === 'e' || next === 'E') {
      this.at++;
      if (this.text[this.at] === '+' || this.text[this.at] === '-') this.at++;
      this.refuse('in exponent of numeric literal');
    }
    return Number(match[0]);
  }

  private string(): string {
    let out = '';
    for (this.at++; ; this.at++) {
      const char = this.text[this.at];
      if (char === '"') break;
      if (char === '\\') out += this.escape();
      else if (char === undefined || char < ' ') this.refuse('in string literal');
      else out += char;
    }
    this.at++;
    return out;
  }

  /** Leaves the position on the last character of the escape. */
  private escape(): string {
    this.at++;
    const char = this.text[this.at];
    if (char === 'u') {
      for (let i = 0; i < 4; i++) {
        this.at++;
        if (!/[0-9a-fA-F]/.test(this.text[this.at] ?? '')) this.refuse('in \\u hexadecimal character escape');
      }
      return String.fromCharCode(Number.parseInt(this.text.slice(this.at - 3, this.at + 1), 16));
    }
    return ESCAPES[char ?? ''] ?? this.refuse('in string escape code');
  }

  private array(): unknown[] {
    const out: unknown[] = [];
    this.at++;
    this.space();
    if (this.text[this.at] === ']') {
      this.at++;
      return out;
    }
    for (;;) {
      out.push(this.value());
      this.space();
      const char = this.text[this.at];
      if (char !== ',' && char !== ']') this.refuse('after array element');
      this.at++;
      if (char === ']') return out;
    }
  }

  private object(): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    this.at++;
    this.space();
    if (this.text[this.at] === '}') {
      this.at++;
      return out;
    }
    for (let previous = ''; ; ) {
      this.space();
      if (this.text[this.at] !== '"') this.refuse('looking for beginning of object key string');
      const key = this.string();
      this.space();
      if (this.text[this.at] !== ':') this.refuse('after object key');
      this.at++;
      if (Object.hasOwn(out, key)) this.repeated(out, { key, after: previous });
      setOwn(out, key, this.value());
      previous = key;
      this.space();
      const char = this.text[this.at];
      if (char !== ',' && char !== '}') this.refuse('after object key:value pair');
      this.at++;
      if (char === '}') return out;
    }
  }

  private repeated(object: object, repeat: Repeat): void {
    const known = this.repeats.get(object);
    if (known) known.push(repeat);
    else this.repeats.set(object, [repeat]);
  }
}

function quoteChar(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  const quoted = JSON.stringify(char);
  return `'${quoted.slice(1, -1)}'`;
}

/** Sets a key as JSON does: `__proto__` is a key like any other. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** Reads a document; throws `JsonSyntaxError`. The last of repeated keys wins. */
export function readJson(text: string): { value: unknown; repeats: Repeats } {
  const reader = new Reader(text);
  const value = reader.document();
  return { value, repeats: reader.repeats };
}
