/** `--token-auth-file`: users and their bearer tokens in kube-apiserver's CSV form. */
import type { UserInfo } from '../../core/api/kind.ts';

export interface StaticToken {
  readonly token: string;
  readonly user: UserInfo;
}

/** A line that is none; `message` names file and line. */
export class TokenFileError extends Error {
  constructor(file: string, line: number, why: string) {
    super(`${file}:${line}: ${why}`);
    this.name = 'TokenFileError';
  }
}

/** Reads `token,user,uid` and optionally `"group1,group2"` from each line; blank lines are skipped. Throws `TokenFileError`. */
export function parseTokenFile(text: string, file: string): StaticToken[] {
  const tokens: StaticToken[] = [];
  for (const { line, fields } of readCsv(text, file)) {
    if (fields.length === 1 && fields[0] === '') continue;
    if (fields.length < 3) {
      const form = 'token,user,uid,"group1,group2"';
      throw new TokenFileError(
        file,
        line,
        `at least 3 columns are needed (${form}), there ${fields.length === 1 ? 'is' : 'are'} ${fields.length}`,
      );
    }
    const [token = '', name = '', uid = '', groups = ''] = fields;
    if (token === '') throw new TokenFileError(file, line, 'the token is empty');
    if (name === '') throw new TokenFileError(file, line, 'the user name is empty');
    const list = groups
      .split(',')
      .map((group) => group.trim())
      .filter((group) => group !== '');
    tokens.push({ token, user: { name, ...(uid === '' ? {} : { uid }), groups: list } });
  }
  return tokens;
}

interface Record {
  readonly line: number;
  readonly fields: string[];
}

/** A field in quotes keeps commas, doubled quotes and line breaks; space around the others is dropped. */
const FIELD = /[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^,"\n\r]*))(,|\r?\n|$)/y;

function* readCsv(text: string, file: string): Generator<Record> {
  let line = 1;
  let start = 1;
  let fields: string[] = [];
  for (FIELD.lastIndex = 0; FIELD.lastIndex < text.length || fields.length > 0; ) {
    const from = FIELD.lastIndex;
    const match = FIELD.exec(text);
    if (!match) throw new TokenFileError(file, line, 'a quote stands inside a field, or is never closed');
    line += match[0].split('\n').length - 1;
    const end = match[3] ?? '';
    fields.push(match[1] === undefined ? (match[2] ?? '').trim() : match[1].replaceAll('""', '"'));
    if (end === ',') {
      FIELD.lastIndex = from + match[0].length;
      continue;
    }
    const next = from + match[0].length;
    yield { line: start, fields };
    fields = [];
    start = line;
    FIELD.lastIndex = next;
    if (end === '') return;
  }
}
