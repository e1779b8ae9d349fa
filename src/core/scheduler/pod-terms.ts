/** What a pod says of other pods: affinity and anti-affinity terms and spread constraints, ready to be asked. */
import type { LabelSelector, Pod } from '../kube/objects.ts';
import { compileSelector, selectorRequirements } from '../kube/selector.ts';

/** The labels of a namespace, which `namespaceSelector` looks at; absent where it is not known. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>> | undefined;

/** `PodAffinityTerm`: which pods are meant, and the label whose values are the places. */
export interface PodTerm {
  readonly topologyKey: string;
  matches(other: Pod, namespaces: NamespaceLabels): boolean;
}

/** A preferred term; the weight of anti-affinity is negative. */
export interface WeightedTerm extends PodTerm {
  readonly weight: number;
}

/** `TopologySpreadConstraint`. */
export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly minDomains: number;
  readonly hard: boolean;
  /** Whether nodes outside the pod's selector and required affinity are left out of the count. */
  readonly honorAffinity: boolean;
  /** Whether nodes whose taints the pod does not tolerate are left out of the count. */
  readonly honorTaints: boolean;
  matches(labels: Readonly<Record<string, string>> | undefined): boolean;
}

/** Everything a pod says of others. */
export interface PodTerms {
  readonly affinity: readonly PodTerm[];
  readonly antiAffinity: readonly PodTerm[];
  readonly preferred: readonly WeightedTerm[];
  readonly spread: readonly SpreadConstraint[];
}

interface WrittenTerm {
  topologyKey: string;
  labelSelector?: LabelSelector;
  namespaces?: string[];
  namespaceSelector?: LabelSelector;
}

interface WrittenAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: WrittenTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: { weight: number; podAffinityTerm: WrittenTerm }[];
}

interface WrittenConstraint {
  maxSkew: number;
  topologyKey: string;
  whenUnsatisfiable: string;
  labelSelector?: LabelSelector;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
}

const NOTHING: PodTerms = { affinity: [], antiAffinity: [], preferred: [], spread: [] };

/** Compiles a pod's terms; `matchLabelKeys` are in the selectors already, for the API puts them there (KEP-3633, KEP-3243). */
export function compilePodTerms(pod: Pod): PodTerms {
  const { affinity } = pod.spec;
  const spread = (pod.spec.topologySpreadConstraints ?? []) as WrittenConstraint[];
  if (!affinity?.podAffinity && !affinity?.podAntiAffinity && spread.length === 0) return NOTHING;
  const near = (affinity?.podAffinity ?? {}) as WrittenAffinity;
  const far = (affinity?.podAntiAffinity ?? {}) as WrittenAffinity;
  const namespace = pod.metadata.namespace ?? '';
  const required = (written: WrittenAffinity) =>
    (written.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => compileTerm(term, namespace));
  const preferred = (written: WrittenAffinity, sign: 1 | -1) =>
    (written.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({
      ...compileTerm(podAffinityTerm, namespace),
      weight: weight * sign,
    }));
  return {
    affinity: required(near),
    antiAffinity: required(far),
    preferred: [...preferred(near, 1), ...preferred(far, -1)],
    spread: spread.map(compileConstraint),
  };
}

/** Namespaces listed or selected; the pod's own where the term says nothing of namespaces (upstream `NewAffinityTerm`). */
function compileTerm(term: WrittenTerm, own: string): PodTerm {
  const selects = compileSelector(term.labelSelector);
  const selectsNamespace = compileSelector(term.namespaceSelector);
  const listed = new Set(term.namespaces ?? []);
  if (listed.size === 0 && !term.namespaceSelector) listed.add(own);
  const everywhere = term.namespaceSelector !== undefined && selectorRequirements(term.namespaceSelector)?.length === 0;
  return {
    topologyKey: term.topologyKey,
    matches({ metadata: { namespace = '', labels } }, namespaces) {
      if (!listed.has(namespace) && !everywhere) {
        const found = term.namespaceSelector && namespaces(namespace);
        if (!found || !selectsNamespace(found)) return false;
      }
      return selects(labels);
    },
  };
}

/** An empty selector counts nothing (upstream `countPodsMatchSelector`). */
function compileConstraint(written: WrittenConstraint): SpreadConstraint {
  const requirements = selectorRequirements(written.labelSelector);
  return {
    maxSkew: written.maxSkew,
    topologyKey: written.topologyKey,
    minDomains: written.minDomains ?? 1,
    hard: written.whenUnsatisfiable !== 'ScheduleAnyway',
    honorAffinity: written.nodeAffinityPolicy !== 'Ignore',
    honorTaints: written.nodeTaintsPolicy === 'Honor',
    matches: requirements && requirements.length > 0 ? compileSelector(written.labelSelector) : () => false,
  };
}
