/** Probes and lifecycle hooks of containers that keep running. */
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, invalidValue, notSupported } from '../field-error.ts';
import { NOT_NEGATIVE } from '../formats.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { HOOK_HANDLERS, PROBE_HANDLERS, validateHandler } from './handlers.ts';
import type { ContainerShape, LifecycleShape, ProbeShape } from './shape.ts';

const NUMBERS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;

/** `lifecycle`, then the three probes. */
export function validateProbes(container: ContainerShape, at: Path, check: Check): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle) validateLifecycle(lifecycle, at.child('lifecycle'), check);
  if (livenessProbe) validateRestarting(livenessProbe, at.child('livenessProbe'), check);
  if (readinessProbe) {
    const here = at.child('readinessProbe');
    validateProbe(readinessProbe, here, check);
    const grace = readinessProbe.terminationGracePeriodSeconds;
    if (grace !== undefined) {
      check.out.push(invalidValue(here.child('terminationGracePeriodSeconds'), grace, 'must not be set for readinessProbes'));
    }
  }
  if (startupProbe) validateRestarting(startupProbe, at.child('startupProbe'), check);
}

/** Init containers that end have neither hooks nor probes. */
export function refuseProbes(container: ContainerShape, at: Path, out: Cause[]): void {
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (!container[field]) continue;
    out.push(forbiddenValue(at.child(field), 'may not be set for init containers without restartPolicy=Always'));
  }
}

/** A probe whose failure restarts the container: one success is always enough. */
function validateRestarting(probe: ProbeShape, at: Path, check: Check): void {
  validateProbe(probe, at, check);
  const successes = probe.successThreshold ?? 0;
  if (successes !== 1) check.out.push(invalidValue(at.child('successThreshold'), successes, 'must be 1'));
}

function validateProbe(probe: ProbeShape, at: Path, check: Check): void {
  validateHandler(probe, { at, kinds: PROBE_HANDLERS }, check);
  for (const field of NUMBERS) {
    const value = probe[field] ?? 0;
    if (value < 0) check.out.push(invalidValue(at.child(field), value, NOT_NEGATIVE));
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    check.out.push(invalidValue(at.child('terminationGracePeriodSeconds'), grace, 'must be greater than 0'));
  }
}

function validateLifecycle(lifecycle: LifecycleShape, at: Path, check: Check): void {
  for (const hook of ['postStart', 'preStop'] as const) {
    const handler = lifecycle[hook];
    if (handler) validateHandler(handler, { at: at.child(hook), kinds: HOOK_HANDLERS }, check);
  }
  if (lifecycle.stopSignal !== undefined) validateStopSignal(lifecycle.stopSignal, at.child('stopSignal'), check);
}

const WINDOWS_SIGNALS = ['SIGKILL', 'SIGTERM'];

/** Signals depend on the operating system, so it must be named (KEP-4960). */
function validateStopSignal(signal: string, at: Path, check: Check): void {
  const os = check.spec.os?.name;
  if (!os) check.out.push(forbiddenValue(at, 'may not be set for containers with empty `spec.os.name`'));
  else if (os === 'windows' && !WINDOWS_SIGNALS.includes(signal)) {
    check.out.push(notSupported(at, signal, WINDOWS_SIGNALS));
  }
}
