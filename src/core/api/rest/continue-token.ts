/** The `continue` token of a paged list: upstream's form, `{"v":"meta.k8s.io/v1","rv":…,"start":…}` in base64url. */
import { badRequest } from './errors.ts';

/** Where a list goes on. */
export interface Continuation {
  /** The revision all pages show; -1 continues from the newest state (after a 410). */
  readonly revision: number;
  /** Keys after this one, relative to the listed prefix. */
  readonly after: string;
}

const VERSION = 'meta.k8s.io/v1';

/** Makes a token. */
export function encodeContinue({ revision, after }: Continuation): string {
  const json = JSON.stringify({ v: VERSION, rv: revision, start: `${after}\u0000` });
  const binary = String.fromCharCode(...new TextEncoder().encode(json));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Reads a token. Throws 400 for one that this server did not make. */
export function decodeContinue(token: string): Continuation {
  const json = parsed(token);
  if (json.v !== VERSION) {
    throw invalid(`continue key is not valid: server does not recognize this encoded version ${JSON.stringify(json.v ?? '')}`);
  }
  const revision = typeof json.rv === 'number' ? json.rv : 0;
  const start = typeof json.start === 'string' ? json.start : '';
  if (revision === 0) {
    throw invalid(`continue key is not valid: incorrect encoded start resourceVersion (version ${VERSION})`);
  }
  if (start === '') throw invalid(`continue key is not valid: encoded start key empty (version ${VERSION})`);
  if (start.includes('..')) throw invalid(`continue key is not valid: ${start}`);
  return { revision, after: start.endsWith('\u0000') ? start.slice(0, -1) : start };
}

function parsed(token: string): Record<string, unknown> {
  let text: string;
  try {
    const binary = atob(token.replaceAll('-', '+').replaceAll('_', '/'));
    text = new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  } catch {
    throw invalid(`continue key is not valid: illegal base64 data at input byte ${firstOdd(token)}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw invalid(`continue key is not valid: invalid character ${JSON.stringify(text[0] ?? '')} looking for beginning of value`);
}

function firstOdd(token: string): number {
  const at = token.search(/[^A-Za-z0-9_-]/);
  return at < 0 ? token.length : at;
}

function invalid(why: string): Error {
  return badRequest(`invalid continue token: ${why}`);
}
