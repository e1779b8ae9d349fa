/** What the rules of one pod spec share while it is being checked. */
import type { Cause } from '../../api-error.ts';
import type { SpecShape, Volume } from './shape.ts';

export interface Check {
  /** Collects the causes, in order. */
  readonly out: Cause[];
  readonly spec: SpecShape;
  /** A pod, as against a template inside another kind. */
  readonly isPod: boolean;
  /** The pod's name, where it is known: ephemeral volumes make claims named after it. */
  readonly podName: string | undefined;
  /** The volumes that are valid, by name. */
  readonly volumes: Map<string, Volume>;
  readonly claims: Set<string>;
  /** `false` only where the pod has a user namespace of its own. */
  readonly hostUsers: boolean;
}

/** A fresh check of `spec`. */
export function startCheck(spec: SpecShape, pod: { isPod: boolean; name?: string | undefined }): Check {
  const claims = new Set<string>();
  for (const claim of spec.resourceClaims ?? []) if (claim.name) claims.add(claim.name);
  return {
    out: [],
    spec,
    isPod: pod.isPod,
    podName: pod.name,
    volumes: new Map(),
    claims,
    hostUsers: spec.hostUsers !== false,
  };
}
