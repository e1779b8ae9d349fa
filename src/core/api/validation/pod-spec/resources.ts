/** `resources` of containers and of the pod as a whole: names, amounts, requests against limits, claims. */
import { dns1123Label } from '../../../kube/names.ts';
import type { ResourceList } from '../../../kube/objects.ts';
import { compareQuantity, formatQuantity, parseQuantity, type Quantity, ZERO_QUANTITY } from '../../../kube/quantity.ts';
import type { Cause } from '../../api-error.ts';
import { duplicate, forbiddenValue, invalidValue, notFoundValue, pushProblems, required } from '../field-error.ts';
import { NOT_NEGATIVE } from '../formats.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { allowsOvercommit, isHugePages, isInteger, isWholePages, validateContainerResourceName } from './resource-names.ts';
import type { ResourceClaimRef, Resources } from './shape.ts';

type NameRule = (name: string, at: Path, out: Cause[]) => void;

/** Requests and limits; `nameRule` says which resources exist at this level. */
export function validateResources(resources: Resources | undefined, rule: { at: Path; nameRule?: NameRule }, check: Check): void {
  if (!resources) return;
  const { at, nameRule = validateContainerResourceName } = rule;
  const { limits, requests, claims } = resources;
  if (limits) validateList(limits, { at: at.child('limits'), nameRule }, check.out);
  for (const name in requests) validateRequest(name, { resources, at, nameRule }, check.out);
  const names = [...Object.keys(limits ?? {}), ...Object.keys(requests ?? {})];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    check.out.push(forbiddenValue(at, 'HugePages require cpu or memory'));
  }
  if (claims) validateClaims(claims, at.child('claims'), check);
}

function validateList(list: ResourceList, rule: { at: Path; nameRule: NameRule }, out: Cause[]): void {
  for (const name in list) {
    const at = rule.at.key(name);
    rule.nameRule(name, at, out);
    validateAmount(name, parseQuantity(list[name] ?? ''), { at, out });
  }
}

function validateAmount(name: string, amount: Quantity, to: { at: Path; out: Cause[] }): void {
  validateResourceAmount(name, amount, to);
  if (isHugePages(name) && !isWholePages(name, amount)) {
    const shown = formatQuantity(amount);
    to.out.push(invalidValue(to.at, shown, `${shown} is not positive integer multiple of ${name}`));
  }
}

/** Not negative, and whole where the resource comes in wholes. */
function validateResourceAmount(name: string, amount: Quantity, to: { at: Path; out: Cause[] }): void {
  if (compareQuantity(amount, ZERO_QUANTITY) < 0) to.out.push(invalidValue(to.at, formatQuantity(amount), NOT_NEGATIVE));
  if (amount.scale < 0 && isInteger(name) && !isWhole(amount)) {
    to.out.push(invalidValue(to.at, formatQuantity(amount), 'must be an integer'));
  }
}

function isWhole(amount: Quantity): boolean {
  return amount.scale >= 0 || amount.value % 10n ** BigInt(-amount.scale) === 0n;
}

interface Requested {
  readonly resources: Resources;
  readonly at: Path;
  readonly nameRule: NameRule;
}

function validateRequest(name: string, { resources, at, nameRule }: Requested, out: Cause[]): void {
  const requests = at.child('requests');
  const here = requests.key(name);
  const amount = parseQuantity(resources.requests?.[name] ?? '');
  nameRule(name, here, out);
  validateResourceAmount(name, amount, { at: here, out });
  const text = resources.limits?.[name];
  if (text !== undefined) compareToLimit({ name, amount, limit: parseQuantity(text) }, requests, out);
  else if (!allowsOvercommit(name)) out.push(required(at.child('limits'), 'Limit must be set for non overcommitable resources'));
  if (isHugePages(name) && !isWholePages(name, amount)) {
    const shown = formatQuantity(amount);
    out.push(invalidValue(here, shown, `${shown} is not positive integer multiple of ${name}`));
  }
}

function compareToLimit(pair: { name: string; amount: Quantity; limit: Quantity }, at: Path, out: Cause[]): void {
  const order = compareQuantity(pair.amount, pair.limit);
  const limit = `${pair.name} limit of ${formatQuantity(pair.limit)}`;
  if (order !== 0 && !allowsOvercommit(pair.name)) {
    out.push(invalidValue(at, formatQuantity(pair.amount), `must be equal to ${limit}`));
  } else if (order > 0) out.push(invalidValue(at, formatQuantity(pair.amount), `must be less than or equal to ${limit}`));
}

/** Each claim names one of `spec.resourceClaims`, whole or by request, and only once. */
function validateClaims(claims: readonly ResourceClaimRef[], at: Path, check: Check): void {
  const taken = new Set<string>();
  for (const [i, claim] of claims.entries()) {
    const here = at.index(i);
    if (!claim.name) {
      check.out.push(required(here));
      continue;
    }
    takeClaim({ name: claim.name, request: claim.request ?? '' }, { at: here, taken }, check.out);
    if (check.claims.has(claim.name)) continue;
    const known = [...check.claims].sort().join(', ');
    const detail = `must be one of the names in pod.spec.resourceClaims${known === '' ? ' which is empty' : `: ${known}`}`;
    check.out.push(notFoundValue(here, claim.name, detail));
  }
}

function takeClaim(claim: { name: string; request: string }, where: { at: Path; taken: Set<string> }, out: Cause[]): void {
  const { at, taken } = where;
  if (taken.has(claim.name)) {
    out.push(duplicate(at, claim.name));
    return;
  }
  if (claim.request) pushProblems(out, at.child('request'), { value: claim.request, problems: dns1123Label(claim.request) });
  const key = claim.request ? `${claim.name}/${claim.request}` : claim.name;
  if (taken.has(key)) out.push(duplicate(at, key));
  else if (!claim.request) {
    for (const other of taken) if (other.startsWith(`${claim.name}/`)) out.push(duplicate(at, claim.name));
  }
  taken.add(key);
}
