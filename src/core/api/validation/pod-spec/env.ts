/** Environment variables: names, and the one source each may have. */
import { dns1123Subdomain, subdomainNameProblems } from '../../../kube/names.ts';
import type { Cause } from '../../api-error.ts';
import { invalidValue, notFoundValue, pushProblems, required } from '../field-error.ts';
import { configKeyProblems, envNameProblems } from '../formats.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { ENV_FIELDS, validateFieldRef, validateResourceFieldRef } from './downward-fields.ts';
import { validateNonReserved } from './local-path.ts';
import type { EnvFrom, EnvSource, EnvVar, FileKeyRef, KeyRef } from './shape.ts';

/** `env`. */
export function validateEnv(vars: readonly EnvVar[] | undefined, at: Path, check: Check): void {
  if (!vars) return;
  for (let i = 0; i < vars.length; i++) {
    const one = vars[i];
    if (!one) continue;
    if (!one.name) check.out.push(required(at.index(i).child('name')));
    else {
      const problems = envNameProblems(one.name);
      if (problems.length > 0) pushProblems(check.out, at.index(i).child('name'), { value: one.name, problems });
    }
    if (one.valueFrom) validateSource(one.valueFrom, { at: at.index(i).child('valueFrom'), value: one.value ?? '' }, check);
  }
}

function validateSource(source: EnvSource, of: { at: Path; value: string }, check: Check): void {
  const { at } = of;
  const { out } = check;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) validateFieldRef(fieldRef, { at: at.child('fieldRef'), allowed: ENV_FIELDS }, out);
  if (resourceFieldRef) validateResourceFieldRef(resourceFieldRef, { at: at.child('resourceFieldRef'), inVolume: false }, out);
  if (configMapKeyRef) validateKeyRef(configMapKeyRef, at.child('configMapKeyRef'), out);
  if (secretKeyRef) validateKeyRef(secretKeyRef, at.child('secretKeyRef'), out);
  if (fileKeyRef) validateFileKeyRef(fileKeyRef, at.child('fileKeyRef'), check);
  const found = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (found === 0) {
    const choices = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    out.push(invalidValue(at, '', `must specify one of: ${choices}`));
  } else if (of.value !== '') out.push(invalidValue(at, '', 'may not be specified when `value` is not empty'));
  else if (found > 1) out.push(invalidValue(at, '', 'may not have more than one field specified at a time'));
}

function validateKeyRef(ref: KeyRef, at: Path, out: Cause[]): void {
  pushProblems(out, at.child('name'), { value: ref.name ?? '', problems: dns1123Subdomain(ref.name ?? '') });
  if (!ref.key) out.push(required(at.child('key')));
  else pushProblems(out, at.child('key'), { value: ref.key, problems: configKeyProblems(ref.key) });
}

/** A variable from a file that an init container left in an emptyDir (KEP-3721). */
function validateFileKeyRef(ref: FileKeyRef, at: Path, check: Check): void {
  if (!ref.key) check.out.push(required(at.child('key')));
  else pushProblems(check.out, at.child('key'), { value: ref.key, problems: envNameProblems(ref.key) });
  if (!ref.path) check.out.push(required(at.child('path')));
  else validateNonReserved(ref.path, at.child('path'), check.out);
  if (!ref.volumeName) {
    check.out.push(required(at.child('volumeName')));
    return;
  }
  const volume = check.volumes.get(ref.volumeName);
  if (!volume) check.out.push(notFoundValue(at.child('volumeName'), ref.volumeName));
  else if (!volume.emptyDir) {
    check.out.push(invalidValue(at.child('volumeName'), ref.volumeName, 'referenced volume must be of type emptyDir'));
  }
}

/** `envFrom`; a missing or second source is reported at the list. */
export function validateEnvFrom(sources: readonly EnvFrom[] | undefined, at: Path, check: Check): void {
  for (const [i, one] of (sources ?? []).entries()) {
    const here = at.index(i);
    if (one.prefix) pushProblems(check.out, here.child('prefix'), { value: one.prefix, problems: envNameProblems(one.prefix) });
    for (const kind of ['configMapRef', 'secretRef'] as const) {
      const ref = one[kind];
      if (!ref) continue;
      const name = here.child(kind).child('name');
      if (!ref.name) check.out.push(required(name));
      else pushProblems(check.out, name, { value: ref.name, problems: subdomainNameProblems(ref.name, true) });
    }
    if (!one.configMapRef && !one.secretRef) {
      check.out.push(invalidValue(at, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (one.configMapRef && one.secretRef) {
      check.out.push(invalidValue(at, '', 'may not have more than one field specified at a time'));
    }
  }
}
