/** Whether rules cover other rules (upstream component-helpers `auth/rbac/validation`), and rules as refusals print them. */
import type { PolicyRule } from '../kinds/rbac-rules.ts';
import { urlMatches } from './rule-match.ts';

const ALL = '*';

/** What of `wanted` no rule of `owned` covers, in single steps of one verb, one resource and one name. */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((step) => !owned.some((rule) => covers(rule, step)));
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`, lists as Go's `%q` prints them. */
export function describeRule(rule: PolicyRule): string {
  const parts: [string, string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const shown = parts.filter(([, values]) => values?.length).map(([name, values]) => `${name}:${quoted(values ?? [])}`);
  return `{${shown.join(', ')}}`;
}

/** A list as Go's `%q` prints it: `["a" "b"]`. */
export function quoted(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

/** Puts the verbs of steps on one resource (and name) together again. */
export function compact(steps: readonly PolicyRule[]): PolicyRule[] {
  const paths: PolicyRule[] = [];
  const byResource = new Map<string, PolicyRule>();
  for (const step of steps) {
    if (step.nonResourceURLs) {
      paths.push(step);
      continue;
    }
    const key = JSON.stringify([step.apiGroups, step.resources, step.resourceNames]);
    const known = byResource.get(key);
    byResource.set(key, known ? { ...known, verbs: [...(known.verbs ?? []), ...(step.verbs ?? [])] } : step);
  }
  return [...paths, ...byResource.values()];
}

function breakDown(rule: PolicyRule): PolicyRule[] {
  const steps: PolicyRule[] = [];
  const verbs = rule.verbs ?? [];
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of verbs) {
        const step = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (!rule.resourceNames?.length) steps.push(step);
        for (const name of rule.resourceNames ?? []) steps.push({ ...step, resourceNames: [name] });
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) for (const verb of verbs) steps.push({ nonResourceURLs: [url], verbs: [verb] });
  return steps;
}

function covers(rule: PolicyRule, step: PolicyRule): boolean {
  const names = rule.resourceNames ?? [];
  const stepNames = step.resourceNames ?? [];
  const namesCovered = names.length === 0 || (stepNames.length > 0 && hasEvery(names, stepNames));
  return (
    has(rule.verbs, step.verbs) &&
    has(rule.apiGroups, step.apiGroups) &&
    resourcesCovered(rule.resources ?? [], step.resources ?? []) &&
    (step.nonResourceURLs ?? []).every((url) => (rule.nonResourceURLs ?? []).some((owned) => urlMatches(owned, url))) &&
    namesCovered
  );
}

function has(owned: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean {
  return owned?.includes(ALL) || hasEvery(owned ?? [], wanted ?? []);
}

function hasEvery(owned: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((one) => owned.includes(one));
}

function resourcesCovered(owned: readonly string[], wanted: readonly string[]): boolean {
  if (owned.includes(ALL)) return true;
  return wanted.every((one) => {
    const slash = one.indexOf('/');
    return owned.includes(one) || (slash >= 0 && owned.includes(`*${one.slice(slash)}`));
  });
}
