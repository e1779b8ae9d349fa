/** Whether one RBAC rule allows one request (upstream pkg/apis/rbac/v1 `evaluation_helpers.go`). */
import type { PolicyRule } from '../kinds/rbac-rules.ts';
import type { Attributes } from './attributes.ts';

const ALL = '*';
const NONE: readonly string[] = [];

export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!hasOrAll(rule.verbs, attributes.verb)) return false;
  if (!attributes.isResource) return (rule.nonResourceURLs ?? NONE).some((url) => urlMatches(url, attributes.path));
  const names = rule.resourceNames ?? NONE;
  return (
    hasOrAll(rule.apiGroups, attributes.group) &&
    resourceMatches(rule.resources ?? NONE, attributes.resource, attributes.subresource) &&
    (names.length === 0 || names.includes(attributes.name))
  );
}

/** `/x*` covers everything that starts with `/x`; a star elsewhere is a letter. */
export function urlMatches(rule: string, path: string): boolean {
  if (rule === ALL || rule === path) return true;
  return rule.endsWith('*') && path.startsWith(rule.replace(/\*+$/, ''));
}

function resourceMatches(rule: readonly string[], resource: string, subresource: string): boolean {
  const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
  return rule.some((one) => one === ALL || one === wanted || (subresource !== '' && one === `*/${subresource}`));
}

function hasOrAll(values: readonly string[] | undefined, wanted: string): boolean {
  return values !== undefined && (values.includes(ALL) || values.includes(wanted));
}
