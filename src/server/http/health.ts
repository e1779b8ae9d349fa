/** `/healthz`, `/livez`, `/readyz` and the paths of their single checks. */

import type { Exchange } from './exchange.ts';
import { PAGE_NOT_FOUND } from './resources.ts';
import { sendText } from './respond.ts';

/** A named check; it throws, or returns false, where something is wrong. */
export interface HealthCheck {
  readonly name: string;
  ok(): boolean;
}

const ROOTS = new Set(['healthz', 'livez', 'readyz']);

/** Answers and returns true where the path is one of the health endpoints. */
export async function serveHealth(exchange: Exchange, checks: readonly HealthCheck[]): Promise<boolean> {
  const [root = '', ...rest] = exchange.path.replace(/^\/+|\/+$/g, '').split('/');
  if (!ROOTS.has(root)) return false;
  if (rest.length > 0) {
    const check = checks.find((one) => one.name === rest.join('/'));
    if (!check) await sendText(exchange, 404, PAGE_NOT_FOUND);
    else await sendText(exchange, isOk(check) ? 200 : 500, isOk(check) ? 'ok' : 'internal server error: not ready\n');
    return true;
  }
  await serveAll(exchange, root, checks);
  return true;
}

async function serveAll(exchange: Exchange, root: string, checks: readonly HealthCheck[]): Promise<void> {
  const excluded = new Set(exchange.query.all('exclude'));
  const results = checks.map((check) => ({ check, ok: excluded.has(check.name) || isOk(check) }));
  const failed = results.some(({ ok }) => !ok);
  if (!failed && exchange.query.get('verbose') === undefined) return sendText(exchange, 200, 'ok');
  const lines = results.map(({ check, ok }) => {
    if (excluded.has(check.name)) return `[+]${check.name} excluded: ok`;
    return ok ? `[+]${check.name} ok` : `[-]${check.name} failed: reason withheld`;
  });
  const verdict = failed ? `${root} check failed` : `${root} check passed`;
  await sendText(exchange, failed ? 500 : 200, `${lines.join('\n')}\n${verdict}\n`);
}

function isOk(check: HealthCheck): boolean {
  try {
    return check.ok();
  } catch {
    return false;
  }
}
