/** Cuts a label selector of the query language into tokens, exactly as upstream's lexer does (labels/selector.go). */

export type TokenKind = 'error' | 'end' | 'identifier' | ')' | ',' | '!' | '==' | '=' | '>' | 'in' | '<' | '!=' | 'notin' | '(';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const SYMBOLS: ReadonlySet<string> = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);
const SPECIAL = '=!(),><';
const SPACE = ' \t\r\n';

/** The tokens of `text`; the last one is always `end`. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && SPACE.includes(text.charAt(at))) at++;
    if (at >= text.length || text.charAt(at) === '\0') return [...found, { kind: 'end', text: '' }];
    const next = SPECIAL.includes(text.charAt(at)) ? symbol(text, at) : word(text, at);
    found.push(next.token);
    at = next.end;
  }
}

/** The longest symbol that starts here. */
function symbol(text: string, start: number): { token: Token; end: number } {
  let end = start;
  let longest: string | undefined;
  while (end < text.length && SPECIAL.includes(text.charAt(end))) {
    const candidate = text.slice(start, end + 1);
    if (SYMBOLS.has(candidate)) longest = candidate;
    else if (longest !== undefined) break;
    end++;
  }
  if (longest === undefined) {
    return { token: { kind: 'error', text: `error expected: keyword found '${text.slice(start, end)}'` }, end };
  }
  return { token: { kind: longest as TokenKind, text: longest }, end };
}

function word(text: string, start: number): { token: Token; end: number } {
  let end = start;
  while (end < text.length && !SPECIAL.includes(text.charAt(end)) && !SPACE.includes(text.charAt(end))) {
    if (text.charAt(end) === '\0') break;
    end++;
  }
  const literal = text.slice(start, end);
  return { token: { kind: literal === 'in' || literal === 'notin' ? literal : 'identifier', text: literal }, end };
}
