/** Checks that an applied configuration fits the schema, with structured-merge-diff's words (`typed/validate.go`). */
import { goValue } from '../patch/go-format.ts';
import type { Field, FieldType } from '../schema/schema.ts';
import { definition } from '../schema/schema.ts';
import { indexItems } from './compare.ts';
import { showElement } from './path-element.ts';
import type { Shape } from './shape.ts';
import { fieldShape } from './shape.ts';

/** Everything that is wrong with `value` as the definition of that name, each with its path; empty when it fits. */
export function typeProblems(value: unknown, name: string): string[] {
  const problems: string[] = [];
  checkValue(value, { type: { kind: 'object', definition: definition(name) }, topology: {} }, { path: '', problems });
  return problems;
}

/** The problems as one message. */
export function joinProblems(problems: readonly string[]): string {
  return problems.length === 1 ? (problems[0] ?? '') : ['errors:', ...problems.map((problem) => `  ${problem}`)].join('\n');
}

interface Place {
  readonly path: string;
  readonly problems: string[];
}

type Typing = Pick<Field, 'type' | 'topology'>;

function report({ path, problems }: Place, message: string): void {
  problems.push(path === '' ? message : `${path}: ${message}`);
}

function checkValue(value: unknown, typing: Typing, place: Place): void {
  const { type } = typing;
  if (value === null || value === undefined || type.kind === 'any') return;
  if (type.kind === 'object' || type.kind === 'map') checkMap(value, type, place);
  else if (type.kind === 'list') checkList(value, typing, place);
  else checkScalar(value, type.kind, place);
}

function checkMap(value: unknown, type: FieldType & { kind: 'object' | 'map' }, place: Place): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report(place, `expected map, got &{${goValue(value)}}`);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    const typing = type.kind === 'map' ? { type: type.values, topology: {} } : type.definition.fields.get(key);
    const at = { path: `${place.path}.${key}`, problems: place.problems };
    if (typing) checkValue(item, typing, at);
    else report(at, 'field not declared in schema');
  }
}

function checkList(value: unknown, typing: Typing, place: Place): void {
  if (!Array.isArray(value)) {
    report(place, `expected list, got &{${goValue(value)}}`);
    return;
  }
  const { type } = typing;
  if (type.kind !== 'list') return;
  const shape = fieldShape(typing);
  const item = { type: type.items, topology: {} };
  if (shape.kind !== 'list-map' && shape.kind !== 'list-set') {
    for (const [i, one] of value.entries()) checkValue(one, item, { path: `${place.path}[${i}]`, problems: place.problems });
    return;
  }
  if (missesKey(value, shape, place)) return;
  for (const [element, items] of indexItems(shape, value)) {
    const shown = showElement(element);
    if (items.length > 1) report(place, `duplicate entries for key ${shown}`);
    for (const one of items) checkValue(one, item, { path: `${place.path}${shown}`, problems: place.problems });
  }
}

/** Keys without a default must be there. */
function missesKey(list: readonly unknown[], shape: Shape, place: Place): boolean {
  if (shape.kind !== 'list-map') return false;
  for (const [i, item] of list.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      report(place, `element ${i}: associative list with keys may not have non-map elements`);
      return true;
    }
    const key = shape.keys.find(
      (one) => one !== 'protocol' && one !== 'name' && (item as Record<string, unknown>)[one] === undefined,
    );
    if (key === undefined) continue;
    report(
      place,
      `element ${i}: associative list with keys has an element that omits key field ${JSON.stringify(key)} (and doesn't have default value)`,
    );
    return true;
  }
  return false;
}

function checkScalar(value: unknown, kind: string, place: Place): void {
  const numeric = kind === 'int32' || kind === 'int64' || kind === 'double';
  const untyped = kind === 'quantity' || kind === 'int-or-string';
  const wanted = numeric ? 'number' : kind === 'boolean' ? 'boolean' : 'string';
  if (typeof value === wanted || (untyped && typeof value !== 'object')) return;
  if (numeric) {
    report(place, `expected numeric (int or float), got ${goTypeName(value)}`);
    return;
  }
  if (untyped) {
    report(place, `expected any scalar, got &{${goValue(value)}}`);
    return;
  }
  report(place, `expected ${wanted}, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
}

function goTypeName(value: unknown): string {
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'object' ? 'map[string]interface {}' : typeof value;
}

/** A value as Go's `%#v` prints it. */
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[string]interface {}{${entries.map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`).join(', ')}}`;
  }
  return value === null ? 'interface {}(nil)' : JSON.stringify(value);
}
