/**
 * How the messages of the API look on the wire, written as one line a message:
 *
 *     Secret: '1 metadata ObjectMeta; 2 data {bytes}; 3 type string; 5 immutable bool?'
 *
 * number, JSON name and type of each field. `[T]` is a list, `{T}` a map from strings, `?` a pointer: it is on the wire only where
 * it was set, so that its zero is a value; the zero of every other field means "not set". The name `.` puts the fields of a message
 * into the one around it (Go's inline structs).
 */

export interface FieldShape {
  readonly name: string;
  readonly type: string;
  readonly many: 'one' | 'list' | 'map';
  readonly pointer: boolean;
}

export type MessageShape = ReadonlyMap<number, FieldShape>;

/** Messages by name, each read when it is asked for the first time. */
export function messageShapes(lines: Readonly<Record<string, string>>): (name: string) => MessageShape | undefined {
  const read = new Map<string, MessageShape>();
  return (name) => {
    const known = read.get(name);
    if (known) return known;
    const line = Object.hasOwn(lines, name) ? lines[name] : undefined;
    if (line === undefined) return undefined;
    const shape = new Map(line === '' ? [] : line.split(';').map(fieldShape));
    read.set(name, shape);
    return shape;
  };
}

function fieldShape(text: string): [number, FieldShape] {
  const [number = '', name = '', type = ''] = text.trim().split(' ');
  const pointer = type.endsWith('?');
  const bare = pointer ? type.slice(0, -1) : type;
  const many = bare.startsWith('[') ? 'list' : bare.startsWith('{') ? 'map' : 'one';
  return [Number(number), { name, type: many === 'one' ? bare : bare.slice(1, -1), many, pointer }];
}
