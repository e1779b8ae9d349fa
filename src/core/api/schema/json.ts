/** JSON bodies: parsed at full speed, and read again slowly only where something is wrong or repeated. */
import type { Repeats } from './json-syntax.ts';
import { JsonSyntaxError, readJson } from './json-syntax.ts';

export interface ParsedJson {
  readonly value: unknown;
  /** Present only where some object repeats a key. */
  readonly repeats?: Repeats;
}

/** Parses a document, the last of repeated keys winning; throws `JsonSyntaxError` with Go's message. */
export function parseJson(text: string): ParsedJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    readJson(text);
    // Only what JavaScript refuses and our reader takes could arrive here.
    throw new JsonSyntaxError('invalid JSON');
  }
  return countKeys(value) === countKeysInText(text) ? { value } : readJson(text);
}

/** Paths of repeated keys, as Go's strict decoder names them: `duplicate field "data.a"`. */
export function duplicateErrors({ value, repeats }: ParsedJson): string[] {
  if (!repeats) return [];
  const found: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (Array.isArray(node)) {
      for (const [i, item] of node.entries()) walk(item, `${path}[${i}]`);
    } else if (typeof node === 'object' && node !== null) {
      for (const { key } of repeats.get(node) ?? []) {
        const text = `duplicate field ${JSON.stringify(path === '' ? key : `${path}.${key}`)}`;
        if (!found.includes(text)) found.push(text);
      }
      for (const [key, child] of Object.entries(node)) walk(child, path === '' ? key : `${path}.${key}`);
    }
  };
  walk(value, '');
  return found;
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item);
    return count;
  }
  for (const key in value) {
    count++;
    const child = (value as Record<string, unknown>)[key];
    if (typeof child === 'object') count += countKeys(child);
  }
  return count;
}

/** Counts strings that a colon follows. `text` is known to be valid JSON. */
function countKeysInText(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at = endOfString(text, at) + 1;
    while (text.charCodeAt(at) <= 32) at++;
    if (text.charCodeAt(at) === 58) count++;
  }
  return count;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = end - 1;
    while (text.charCodeAt(escapes) === 92) escapes--;
    if ((end - escapes) % 2 === 1) return end;
  }
}
