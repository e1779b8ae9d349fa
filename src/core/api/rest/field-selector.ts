/** Field selectors (`spec.nodeName=n1,status.phase!=Running`): upstream's `fields.ParseSelector`. */
import { badRequest } from './errors.ts';

/** One term: the field must equal the value, or must not. */
export interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly equal: boolean;
}

/** Parses; an empty text has no terms. Throws 400 with upstream's message. */
export function parseFieldSelector(text: string): FieldTerm[] {
  const terms: FieldTerm[] = [];
  for (const part of split(text)) {
    if (part === '') continue;
    const found = /^(.*?)(!=|==|=)(.*)$/s.exec(part);
    if (!found) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    terms.push({ field: found[1]!, value: unescaped(found[3]!), equal: found[2] !== '!=' });
  }
  return terms;
}

/** Splits at commas that no backslash precedes. */
function split(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === ',') {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unescaped(text: string): string {
  if (!/[\\,=]/.test(text)) return text;
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\\') {
      const next = text[++at] ?? '';
      if (next === '' || !'\\,='.includes(next)) {
        throw badRequest(`invalid field selector: invalid escape sequence: \\${next}`);
      }
      out += next;
    } else if (char === ',' || char === '=') {
      throw badRequest(`invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`);
    } else out += char;
  }
  return out;
}
