/** Reads what kubectl reads and the YAML library refuses: quoted texts over several lines that are indented too little. */

/**
 * The text with every quoted scalar on one line, folded as YAML folds it; the lines that this frees stay, empty, so that
 * line numbers hold. go-yaml, which kubectl uses, does not ask for an indentation inside quotes.
 */
export function withFoldedScalars(text: string): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const start = nextQuoted(text, at);
    if (start === undefined) break;
    const end = endOfQuoted(text, start);
    if (end === undefined) break;
    const quoted = text.slice(start, end);
    out += text.slice(at, start) + fold(quoted);
    at = end;
    const freed = quoted.split('\n').length - 1;
    if (freed === 0) continue;
    const lineEnd = text.indexOf('\n', at);
    const rest = text.slice(at, lineEnd < 0 ? text.length : lineEnd);
    out += rest + '\n'.repeat(freed);
    at += rest.length;
  }
  return out + text.slice(at);
}

/** Where a quote opens a scalar: at the start of a value, not inside a plain one, a comment or a block scalar's words. */
const OPENING = /(?:^|[\n])[ \t]*(?:- +)*(?:[\w./-]+:[ \t]+)?(?:\[[^\n'"]*)?(['"])|[[,][ \t]*(['"])/g;

function nextQuoted(text: string, from: number): number | undefined {
  OPENING.lastIndex = Math.max(0, from - 1);
  for (let match = OPENING.exec(text); match; match = OPENING.exec(text)) {
    const start = OPENING.lastIndex - 1;
    if (start >= from) return start;
  }
  return undefined;
}

/** One past the closing quote. */
function endOfQuoted(text: string, start: number): number | undefined {
  const quote = text[start]!;
  for (let i = start + 1; i < text.length; i++) {
    if (quote === '"' && text[i] === '\\') i++;
    else if (text[i] === quote) {
      if (quote !== "'" || text[i + 1] !== "'") return i + 1;
      i++;
    }
  }
  return undefined;
}

/** YAML's flow folding: one line break is a space, each further one a line feed; an escaped one is nothing. */
function fold(quoted: string): string {
  if (!quoted.includes('\n')) return quoted;
  const double = quoted.startsWith('"');
  const text = double ? quoted.replace(/\\\r?\n[ \t]*/g, '') : quoted;
  return text.replace(/[ \t]*\r?\n[ \t]*((?:\r?\n[ \t]*)*)/g, (_, more: string) => {
    const breaks = more.split('\n').length - 1;
    if (breaks === 0) return ' ';
    return double ? '\\n'.repeat(breaks) : '\n\n'.repeat(breaks);
  });
}
