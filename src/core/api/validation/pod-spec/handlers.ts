/** What a probe or a lifecycle hook does: exactly one of exec, httpGet, tcpSocket, grpc, sleep. */
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, invalidValue, notSupported, pushProblems, required } from '../field-error.ts';
import { headerNameProblems, portNameProblems, portNumberProblems } from '../formats.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import type { Handler, HttpGet } from './shape.ts';

const SCHEMES = ['HTTP', 'HTTPS'];

/** The handlers a probe may have, in upstream's order. */
export const PROBE_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;
/** Those of a lifecycle hook. */
export const HOOK_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'sleep'] as const;

type HandlerName = (typeof PROBE_HANDLERS)[number] | (typeof HOOK_HANDLERS)[number];

/** One handler, and its rules. */
export function validateHandler(handler: Handler, of: { at: Path; kinds: readonly HandlerName[] }, check: Check): void {
  let found = 0;
  for (const kind of of.kinds) {
    if (!handler[kind]) continue;
    const at = of.at.child(kind);
    if (found > 0) check.out.push(forbiddenValue(at, 'may not specify more than 1 handler type'));
    else validateOne(handler, { at, kind }, check);
    found++;
  }
  if (found === 0) check.out.push(required(of.at, 'must specify a handler type'));
}

function validateOne(handler: Handler, of: { at: Path; kind: HandlerName }, check: Check): void {
  const { at } = of;
  switch (of.kind) {
    case 'exec':
      if (!handler.exec?.command?.length) check.out.push(required(at.child('command')));
      break;
    case 'httpGet':
      validateHttpGet(handler.httpGet ?? {}, at, check.out);
      break;
    case 'tcpSocket':
      validatePort(handler.tcpSocket?.port ?? 0, at.child('port'), check.out);
      break;
    case 'grpc':
      validatePort(handler.grpc?.port ?? 0, at.child('port'), check.out);
      break;
    case 'sleep':
      validateSleep(handler.sleep?.seconds ?? 0, at, check);
  }
}

function validateHttpGet(http: HttpGet, at: Path, out: Cause[]): void {
  if (!http.path) out.push(required(at.child('path')));
  validatePort(http.port ?? 0, at.child('port'), out);
  const scheme = http.scheme ?? '';
  if (!SCHEMES.includes(scheme)) out.push(notSupported(at.child('scheme'), scheme, SCHEMES));
  for (const { name = '' } of http.httpHeaders ?? []) {
    pushProblems(out, at.child('httpHeaders'), { value: name, problems: headerNameProblems(name) });
  }
}

/** A number, or the name of a container port. */
function validatePort(port: number | string, at: Path, out: Cause[]): void {
  const problems = typeof port === 'number' ? portNumberProblems(port) : portNameProblems(port);
  if (problems.length > 0) pushProblems(out, at, { value: port, problems });
}

/** A pause may not outlast the grace period (KEP-3960). */
function validateSleep(seconds: number, at: Path, check: Check): void {
  const grace = check.spec.terminationGracePeriodSeconds;
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return;
  const rule = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
  check.out.push(invalidValue(at, seconds, rule));
}
