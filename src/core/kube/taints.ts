/** Taints and tolerations: which toleration covers which taint (semantics of upstream core/v1 `ToleratesTaint`). */
import { parseCanonicalInt64 } from './integers.ts';
import type { Taint, TaintEffect, Toleration } from './objects.ts';

/**
 * Whether a toleration covers a taint. An absent effect covers every effect, an absent key (with `Exists`) every key;
 * `Lt` and `Gt` hold where the taint's value is below or above the toleration's, both being 64-bit integers (KEP-5471).
 */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator || 'Equal') {
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '');
    case 'Exists':
      return true;
    case 'Lt':
      return ordered(taint.value, toleration.value);
    case 'Gt':
      return ordered(toleration.value, taint.value);
    default:
      return false;
  }
}

function ordered(smaller: string | undefined, larger: string | undefined): boolean {
  const left = parseCanonicalInt64(smaller ?? '');
  const right = parseCanonicalInt64(larger ?? '');
  return left !== undefined && right !== undefined && left < right;
}

/** The taints of one of `effects` that no toleration covers, in the node's order. */
export function untolerated(
  tolerations: readonly Toleration[],
  taints: readonly Taint[],
  effects: readonly TaintEffect[],
): Taint[] {
  return taints.filter(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** A taint as kubectl writes it: `key=value:Effect`, `key:Effect` where the value is empty. */
export function formatTaint({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ''}:${effect}`;
}
