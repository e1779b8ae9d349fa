/** Filters on what a node has left: host ports, pods, cpu, memory and every other resource. */
import type { Amounts } from '../../node/amount.ts';
import { curable, type Rejection } from '../rejection.ts';
import type { MakeFilter } from './filter.ts';

const NO_PORTS = curable('NodePorts', "node(s) didn't have free ports for the requested pod ports");

export const nodePorts: MakeFilter = ({ tenant: { hostPorts } }) => {
  if (hostPorts.length === 0) return undefined;
  return { name: 'NodePorts', check: ({ ports }) => (ports.clash(hostPorts) ? NO_PORTS : undefined) };
};

/**
 * All shortages of a node together. What is more than the node has at all, no preemption cures (upstream `fitsRequest`).
 * Resources the pod requests none of are not looked at, however overcommitted the node is.
 */
export const nodeResourcesFit: MakeFilter = ({ tenant: { amounts } }) => {
  const wanted = Object.keys(amounts).filter((resource) => (amounts[resource] ?? 0) > 0);
  wanted.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return {
    name: 'NodeResourcesFit',
    check: ({ allocatable, requested }) => shortage(wanted, amounts, { allocatable, requested }),
  };
};

const FIRST = ['pods', 'cpu', 'memory', 'ephemeral-storage'];

function rank(resource: string): number {
  const at = FIRST.indexOf(resource);
  return at < 0 ? FIRST.length : at;
}

function shortage(
  wanted: readonly string[],
  amounts: Amounts,
  { allocatable, requested }: { allocatable: Amounts; requested: Amounts },
): Rejection | undefined {
  let reasons: string[] | undefined;
  let hopeless = false;
  for (const resource of wanted) {
    const amount = amounts[resource] ?? 0;
    const there = allocatable[resource] ?? 0;
    if (amount <= there - (requested[resource] ?? 0)) continue;
    reasons ??= [];
    reasons.push(resource === 'pods' ? 'Too many pods' : `Insufficient ${resource}`);
    hopeless ||= resource !== 'pods' && amount > there;
  }
  return reasons && { filter: 'NodeResourcesFit', reasons, curable: !hopeless };
}
