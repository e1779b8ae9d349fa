/** Parses a label selector of the query language (`a=b,c in (d,e),!f`) with upstream's grammar and error texts. */
import { keyProblem, type Requirement, type RequirementOperator, requirementProblems } from './requirement.ts';
import { type Token, type TokenKind, tokens } from './selector-lexer.ts';

/** Thrown for a selector that cannot be parsed; the message is upstream's. */
class SelectorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SelectorError';
  }
}

const OPERATORS: Partial<Record<TokenKind, RequirementOperator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

const END: Token = { kind: 'end', text: '' };

/** Tokens with a position. `in` and `notin` are identifiers except where an operator is expected. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  look(): Token {
    return asValue(this.#tokens[this.#at] ?? END);
  }

  take(): Token {
    return asValue(this.takeOperator());
  }

  takeOperator(): Token {
    return this.#tokens[this.#at++] ?? END;
  }
}

function asValue(token: Token): Token {
  return token.kind === 'in' || token.kind === 'notin' ? { kind: 'identifier', text: token.text } : token;
}

/** The requirements of a selector, in the order written. Throws `SelectorError`. */
export function parseRequirements(text: string): Requirement[] {
  const reader = new Reader(text);
  const found: Requirement[] = [];
  for (;;) {
    const first = reader.look();
    if (first.kind === 'end') return found;
    if (first.kind !== 'identifier' && first.kind !== '!') {
      throw new SelectorError(`found '${first.text}', expected: !, identifier, or 'end of string'`);
    }
    found.push(requirement(reader));
    const next = reader.take();
    if (next.kind === 'end') return found;
    if (next.kind !== ',') throw new SelectorError(`found '${next.text}', expected: ',' or 'end of string'`);
    const after = reader.look();
    if (after.kind !== 'identifier' && after.kind !== '!') {
      throw new SelectorError(`found '${after.text}', expected: identifier after ','`);
    }
  }
}

function fail(message: string): never {
  throw new SelectorError(`unable to parse requirement: ${message}`);
}

function requirement(reader: Reader): Requirement {
  let first = reader.take();
  const negated = first.kind === '!';
  if (negated) first = reader.take();
  if (first.kind !== 'identifier') fail(`found '${first.text}', expected: identifier`);
  const key = first.text;
  const problem = keyProblem(key, '<nil>');
  if (problem) fail(problem);
  const next = reader.look().kind;
  if (negated) return checked({ key, operator: '!', values: [] });
  if (next === 'end' || next === ',') return checked({ key, operator: 'exists', values: [] });
  const token = reader.takeOperator();
  const operator = OPERATORS[token.kind];
  if (!operator) fail(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`);
  const values = operator === 'in' || operator === 'notin' ? valueSet(reader) : [exactValue(reader)];
  return checked({ key, operator, values: [...new Set(values)].sort() });
}

function checked(requirement: Requirement): Requirement {
  const problems = requirementProblems(requirement);
  if (problems.length > 0) fail(problems.length === 1 ? `${problems[0]}` : `[${problems.join(', ')}]`);
  return requirement;
}

function exactValue(reader: Reader): string {
  const { kind } = reader.look();
  if (kind === 'end' || kind === ',') return '';
  const token = reader.take();
  if (token.kind !== 'identifier') fail(`found '${token.text}', expected: identifier`);
  return token.text;
}

function valueSet(reader: Reader): string[] {
  const open = reader.take();
  if (open.kind !== '(') fail(`found '${open.text}' expected: '('`);
  const first = reader.look();
  if (first.kind === ')') {
    reader.take();
    return [''];
  }
  if (first.kind !== 'identifier' && first.kind !== ',') {
    fail(`found '${first.text}', expected: ',', ')' or identifier`);
  }
  const values = valueList(reader);
  if (reader.take().kind !== ')') fail(`found '${first.text}', expected: ')'`);
  return values;
}

/** What stands between the parentheses. A missing value, as in `(,a)` or `(a,)`, is the empty text. */
function valueList(reader: Reader): string[] {
  const values: string[] = [];
  for (;;) {
    const token = reader.take();
    if (token.kind === 'identifier') {
      values.push(token.text);
      const next = reader.look();
      if (next.kind === ')') return values;
      if (next.kind !== ',') fail(`found '${next.text}', expected: ',' or ')'`);
      continue;
    }
    if (token.kind !== ',') fail(`found '${token.text}', expected: ',', or identifier`);
    if (values.length === 0) values.push('');
    const next = reader.look();
    if (next.kind === ')') return [...values, ''];
    if (next.kind === ',') {
      reader.take();
      values.push('');
    }
  }
}
