/** One requirement on labels: key, operator, values; the atom of every selector. */
import { parseInt64 } from './integers.ts';
import { type Labels, labelKeyProblems, labelValueProblems } from './labels.ts';

export type RequirementOperator = 'exists' | '!' | '=' | '==' | '!=' | 'in' | 'notin' | 'gt' | 'lt';

export interface Requirement {
  readonly key: string;
  readonly operator: RequirementOperator;
  /** Sorted, without repetitions. */
  readonly values: readonly string[];
}

const invalid = (path: string, value: string | readonly string[], detail: string): string =>
  `${path}: Invalid value: ${typeof value === 'string' ? goQuote(value) : JSON.stringify(value)}: ${detail}`;

/** Go's `%q` for the texts that occur in selectors. */
function goQuote(text: string): string {
  return JSON.stringify(text).replace(/\\u00([0-9a-f]{2})/g, '\\x$1');
}

/** Upstream's complaint about a label key, as the parser of selectors says it (its path is nil, hence `<nil>`). */
export function keyProblem(key: string, path: string): string | undefined {
  const problems = labelKeyProblems(key);
  return problems.length > 0 ? invalid(path, key, problems.join('; ')) : undefined;
}

/** What is wrong with a requirement, in the words of upstream's `labels.NewRequirement`; empty where it is sound. */
export function requirementProblems({ key, operator, values }: Requirement): string[] {
  const problems: string[] = [];
  const bad = keyProblem(key, 'key');
  if (bad) problems.push(bad);
  const count = countProblem(operator, values.length);
  if (count) problems.push(invalid('values', values, count));
  if (operator === 'gt' || operator === 'lt') {
    values.forEach((value, i) => {
      if (parseInt64(value) !== undefined) return;
      problems.push(invalid(`values[${i}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    });
  }
  values.forEach((value, i) => {
    const found = labelValueProblems(value);
    if (found.length > 0) problems.push(invalid(`values[${i}][${key}]`, value, found.join('; ')));
  });
  return problems;
}

function countProblem(operator: RequirementOperator, count: number): string | undefined {
  switch (operator) {
    case 'in':
    case 'notin':
      return count === 0 ? "for 'in', 'notin' operators, values set can't be empty" : undefined;
    case 'exists':
    case '!':
      return count > 0 ? 'values set must be empty for exists and does not exist' : undefined;
    case 'gt':
    case 'lt':
      return count !== 1 ? "for 'Gt', 'Lt' operators, exactly one value is required" : undefined;
    default:
      return count !== 1 ? 'exact-match compatibility requires one single value' : undefined;
  }
}

/** Whether labels meet a requirement. `!=` and `notin` hold where the key is absent; `gt` and `lt` need an integer there. */
export function requirementMatches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    default:
      return value !== undefined && compares(operator, value, values[0]);
  }
}

function compares(operator: 'gt' | 'lt', value: string, bound: string | undefined): boolean {
  const left = parseInt64(value);
  const right = bound === undefined ? undefined : parseInt64(bound);
  if (left === undefined || right === undefined) return false;
  return operator === 'gt' ? left > right : left < right;
}

/** A requirement as kubectl writes it: `a=b`, `a in (b,c)`, `!a`. */
export function formatRequirement({ key, operator, values }: Requirement): string {
  const [only] = values;
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    case 'gt':
      return `${key}>${only}`;
    case 'lt':
      return `${key}<${only}`;
    default:
      return `${key}${operator}${only}`;
  }
}
