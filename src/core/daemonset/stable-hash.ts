/** A stable, fast text hash in the alphabet of Kubernetes name suffixes. */
import { NAME_ALPHABET } from '../kube/names.ts';

const PRIME = 0x01000193;

/** FNV-1a over UTF-16 code units, 32 bits. */
function fnv(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return hash >>> 0;
}

/** `length` characters (at most 10) that depend on the text alone; two independent 32-bit hashes feed them. */
export function stableHash(text: string, length: number): string {
  const low = fnv(text, 0x811c9dc5);
  const high = fnv(text, 0x2b1f6a39);
  let rest = high * 2 ** 21 + (low >>> 11);
  let out = '';
  for (let i = 0; i < length; i++) {
    out += NAME_ALPHABET.charAt(rest % NAME_ALPHABET.length);
    rest = Math.floor(rest / NAME_ALPHABET.length);
  }
  return out;
}
