/** Node selectors and required node affinity, compiled once and asked for many nodes. */
import type { Reason } from '../daemonset/decision.ts';
import { type Labels, labelValueProblems } from './labels.ts';
import type { LabelSelectorRequirement, Node, NodeSelectorTerm, PodSpec } from './objects.ts';
import { type Requirement, type RequirementOperator, requirementMatches, requirementProblems } from './requirement.ts';

const OPERATORS: Readonly<Record<string, RequirementOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

const REQUIRED = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution';
const EMPTY: Labels = {};

interface Check {
  readonly field: string;
  readonly requirement: Requirement;
  /** Asked of the node's name instead of its labels. */
  readonly ofFields: boolean;
}

/** A term ready to be asked: its checks, or why it can never match. */
type Term = { readonly checks: readonly Check[] } | { readonly broken: Reason };

/**
 * Why a node does not match the pod's `nodeSelector` and required node affinity; empty where it does. Terms are ORed and
 * an empty or unparsable one matches nothing (upstream component-helpers nodeaffinity). `root` is the path of the pod spec.
 */
export function compileNodeAffinity(spec: PodSpec, root = 'spec'): (node: Node) => Reason[] {
  const selector = Object.entries(spec.nodeSelector ?? {});
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const path = `${root}.${REQUIRED}.nodeSelectorTerms`;
  const terms = required?.nodeSelectorTerms?.map((term, i) => compileTerm(term, `${path}[${i}]`));
  return (node) => {
    const labels = node.metadata.labels ?? EMPTY;
    const because = selector
      .filter(([key, value]) => !Object.hasOwn(labels, key) || labels[key] !== value)
      .map(([key, value]) => selectorReason({ key, value, root, node }));
    if (required) because.push(...termReasons(terms ?? [], node, path));
    return because;
  };
}

/** The same question where nobody asks why: whether the node matches the pod's `nodeSelector` and required node affinity. */
export function compileNodeMatch(spec: PodSpec): (node: Node) => boolean {
  const selector = Object.entries(spec.nodeSelector ?? {});
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms?.map((term) => compileNodeTerm(term)) ?? [];
  return (node) => {
    const labels = node.metadata.labels ?? EMPTY;
    if (!selector.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)) return false;
    return !required || terms.some((matches) => matches(node));
  };
}

/** The test one term stands for; an empty or unparsable one matches nothing. */
export function compileNodeTerm(written: NodeSelectorTerm): (node: Node) => boolean {
  const term = compileTerm(written, '');
  return 'broken' in term ? () => false : (node) => term.checks.every((check) => checkMatches(check, node));
}

function termReasons(terms: readonly Term[], node: Node, path: string): Reason[] {
  if (terms.length === 0) {
    return [
      { code: 'NodeAffinityMismatch', message: 'The required node affinity has no terms, so it matches no node.', field: path },
    ];
  }
  const because: Reason[] = [];
  for (const term of terms) {
    if ('broken' in term) {
      because.push(term.broken);
      continue;
    }
    const failed = term.checks.filter((check) => !checkMatches(check, node));
    if (failed.length === 0) return [];
    because.push(...failed.map((check) => affinityReason(check, node)));
  }
  return because;
}

function compileTerm(term: NodeSelectorTerm, path: string): Term {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) {
    return { broken: { code: 'NodeAffinityMismatch', message: 'An empty term matches no node.', field: path } };
  }
  const checks: Check[] = [];
  for (const [i, expression] of expressions.entries()) {
    const field = `${path}.matchExpressions[${i}]`;
    const requirement = toRequirement(expression);
    const problem = requirement
      ? requirementProblems(requirement)[0]
      : `${JSON.stringify(expression.operator)} is not a valid node selector operator`;
    if (!requirement || problem) return { broken: unparsable(field, problem) };
    checks.push({ field, requirement, ofFields: false });
  }
  for (const [i, expression] of fields.entries()) {
    const field = `${path}.matchFields[${i}]`;
    const requirement = toRequirement(expression);
    const problem = fieldProblem(requirement);
    if (!requirement || problem) return { broken: unparsable(field, problem) };
    checks.push({ field, requirement, ofFields: true });
  }
  return { checks };
}

function toRequirement({ key, operator, values }: LabelSelectorRequirement): Requirement | undefined {
  const known = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  return known ? { key, operator: known, values: [...new Set(values ?? [])].sort() } : undefined;
}

/** `matchFields` knows only In and NotIn with one value. */
function fieldProblem(requirement: Requirement | undefined): string | undefined {
  if (requirement?.operator !== 'in' && requirement?.operator !== 'notin') return 'not a valid operator for matchFields';
  return requirement.values.length === 1 ? undefined : 'matchFields takes exactly one value';
}

function checkMatches({ requirement, ofFields }: Check, node: Node): boolean {
  if (!ofFields) return requirementMatches(requirement, node.metadata.labels ?? EMPTY);
  const value = requirement.key === 'metadata.name' ? (node.metadata.name ?? '') : '';
  return (value === requirement.values[0]) === (requirement.operator === 'in');
}

function unparsable(field: string, problem: string | undefined): Reason {
  return {
    code: 'NodeAffinityInvalid',
    message: `This term matches no node because it cannot be parsed: ${problem ?? 'invalid'}.`,
    field,
  };
}

function selectorReason(of: { key: string; value: string; root: string; node: Node }): Reason {
  const { key, value, root, node } = of;
  const found = labelOf(node, key);
  const settable = labelValueProblems(value).length === 0;
  return {
    code: 'NodeSelectorMismatch',
    message: `The node selector wants label ${key}=${value}, and the node ${found === undefined ? 'has no such label' : `has ${key}=${found}`}.`,
    field: `${root}.nodeSelector`,
    subject: found === undefined ? key : `${key}=${found}`,
    ...(settable
      ? { remedy: `kubectl label node ${node.metadata.name} ${key}=${value}${found === undefined ? '' : ' --overwrite'}` }
      : {}),
  };
}

function affinityReason({ requirement, field, ofFields }: Check, node: Node): Reason {
  const { key, operator, values } = requirement;
  const found = ofFields ? node.metadata.name : labelOf(node, key);
  const wanted = `${key} ${operatorName(operator)}${values.length > 0 ? ` [${values.join(', ')}]` : ''}`;
  const has = found === undefined ? 'has no such label' : ofFields ? `is ${found}` : `has ${key}=${found}`;
  const remedy = ofFields ? undefined : affinityRemedy(requirement, node, found);
  return {
    code: 'NodeAffinityMismatch',
    message: `The required node affinity wants ${wanted}, and the node ${has}.`,
    field,
    subject: found === undefined ? key : `${key}=${found}`,
    ...(remedy ? { remedy } : {}),
  };
}

function affinityRemedy({ key, operator, values }: Requirement, node: Node, found: string | undefined): string | undefined {
  const line = `kubectl label node ${node.metadata.name} ${key}`;
  switch (operator) {
    case 'in':
      return `${line}=${values[0]}${found === undefined ? '' : ' --overwrite'}`;
    case 'exists':
      return `${line}=`;
    case '!':
    case 'notin':
      return `${line}-`;
    default:
      return undefined;
  }
}

function operatorName(operator: RequirementOperator): string {
  return Object.entries(OPERATORS).find(([, known]) => known === operator)?.[0] ?? operator;
}

function labelOf(node: Node, key: string): string | undefined {
  const labels = node.metadata.labels ?? EMPTY;
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
