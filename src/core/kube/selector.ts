/** Label selectors: the `LabelSelector` of specs, compiled, and the text form of list and watch requests. */
import type { Labels } from './labels.ts';
import type { LabelSelector, LabelSelectorRequirement } from './objects.ts';
import {
  formatRequirement,
  type Requirement,
  type RequirementOperator,
  requirementMatches,
  requirementProblems,
} from './requirement.ts';
import { parseRequirements } from './selector-parser.ts';

/** A parsed text selector: all requirements must hold, sorted by key. */
export interface Selector {
  readonly requirements: readonly Requirement[];
}

const OPERATORS: Readonly<Record<string, RequirementOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

const EMPTY: Labels = {};

/** Parses the query language (`labelSelector=`). Throws `SelectorError` with upstream's message. */
export function parseSelector(text: string): Selector {
  return { requirements: sorted(parseRequirements(text)) };
}

/** Whether labels meet a parsed selector; one without requirements matches everything. */
export function selectorMatches(selector: Selector, labels: Labels | undefined): boolean {
  return selector.requirements.every((requirement) => requirementMatches(requirement, labels ?? EMPTY));
}

/** A selector with upstream's order and spelling: `a=b,c in (d,e),!f`. */
export function formatSelector(selector: Selector): string {
  return selector.requirements.map(formatRequirement).join(',');
}

/**
 * The test a `LabelSelector` stands for. Absent matches nothing, `{}` everything; one with an unsound requirement
 * (which the API refuses) matches nothing.
 */
export function compileSelector(selector: LabelSelector | undefined): (labels: Labels | undefined) => boolean {
  const requirements = selectorRequirements(selector);
  if (!requirements) return () => false;
  return (labels) => requirements.every((requirement) => requirementMatches(requirement, labels ?? EMPTY));
}

/** The requirements of a `LabelSelector`, sorted by key; `undefined` where it is absent or unsound. */
export function selectorRequirements(selector: LabelSelector | undefined): readonly Requirement[] | undefined {
  if (!selector) return undefined;
  const found: Requirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    found.push({ key, operator: '=', values: [value] });
  }
  for (const expression of selector.matchExpressions ?? []) {
    const requirement = fromExpression(expression);
    if (!requirement) return undefined;
    found.push(requirement);
  }
  return found.some((requirement) => requirementProblems(requirement).length > 0) ? undefined : sorted(found);
}

/** The selector as tables show it (upstream `metav1.FormatLabelSelector`): `<none>` where it is empty or absent. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const requirements = selectorRequirements(selector);
  if (selector && !requirements) return '<error>';
  return requirements && requirements.length > 0 ? formatSelector({ requirements }) : '<none>';
}

function fromExpression({ key, operator, values }: LabelSelectorRequirement): Requirement | undefined {
  const known = OPERATORS[operator];
  return known ? { key, operator: known, values: [...new Set(values ?? [])].sort() } : undefined;
}

/** By key, keeping the written order among equals. */
function sorted(requirements: readonly Requirement[]): readonly Requirement[] {
  return [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
