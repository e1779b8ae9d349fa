/** Seccomp and AppArmor profiles, as fields and as the annotations they replaced. */
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, invalidValue, notSupported, required, tooLong } from '../field-error.ts';
import { internalForm, SECCOMP_PROFILE } from '../internal-form.ts';
import type { Path } from '../path.ts';
import { validateDescending } from './local-path.ts';
import type { LocalProfile } from './shape.ts';

const TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

export function validateSeccomp(profile: LocalProfile | undefined, at: Path, out: Cause[]): void {
  if (!profile) return;
  validateType(profile, { at: at.child('type'), field: 'seccompProfile' }, out);
  const local = at.child('localhostProfile');
  if (profile.type !== 'Localhost') {
    if (profile.localhostProfile === undefined) return;
    const shown = internalForm(profile, SECCOMP_PROFILE);
    out.push(invalidValue(local, shown, 'can only be set when seccomp type is Localhost'));
  } else if (profile.localhostProfile === undefined) {
    out.push(required(local, 'must be set when seccomp type is Localhost'));
  } else validateDescending(profile.localhostProfile, local, out);
}

/** Longest path on Linux, without the closing zero. */
const MAX_PATH = 4095;

export function validateAppArmor(profile: LocalProfile | undefined, at: Path, out: Cause[]): void {
  if (!profile) return;
  const local = at.child('localhostProfile');
  const name = profile.localhostProfile;
  if (profile.type !== 'Localhost') {
    validateType(profile, { at: at.child('type'), field: 'appArmorProfile' }, out);
    const known = profile.type === 'RuntimeDefault' || profile.type === 'Unconfined';
    if (known && name !== undefined) out.push(invalidValue(local, name, 'can only be set when AppArmor type is Localhost'));
    return;
  }
  if (name === undefined || name === '') out.push(required(local, 'must be set when AppArmor type is Localhost'));
  else if (name.trim() !== name) out.push(invalidValue(local, name, 'must not be padded with whitespace'));
  if (name !== undefined && name.length > MAX_PATH) out.push(tooLong(local, MAX_PATH));
}

function validateType(profile: LocalProfile, rule: { at: Path; field: string }, out: Cause[]): void {
  if (!profile.type) out.push(required(rule.at, `type is required when ${rule.field} is set`));
  else if (!TYPES.includes(profile.type)) out.push(notSupported(rule.at, profile.type, TYPES));
}

/** Whether annotation and field say the same; both may be given for older nodes. */
export function compareSeccomp(annotation: string, profile: LocalProfile, to: { at: Path; out: Cause[] }): void {
  const plain = profile.type === 'Unconfined' ? ['unconfined'] : ['runtime/default', 'docker/default'];
  compareProfile(annotation, profile, { ...to, words: 'seccomp', plain });
}

/** The same for AppArmor. */
export function compareAppArmor(annotation: string, profile: LocalProfile, to: { at: Path; out: Cause[] }): void {
  const plain = profile.type === 'Unconfined' ? ['unconfined'] : ['runtime/default'];
  compareProfile(annotation, profile, { ...to, words: 'apparmor', plain });
}

interface Comparison {
  readonly at: Path;
  readonly out: Cause[];
  readonly words: string;
  readonly plain: readonly string[];
}

function compareProfile(annotation: string, profile: LocalProfile, { at, out, words, plain }: Comparison): void {
  if (!TYPES.includes(profile.type ?? '')) return;
  const localhost = profile.type === 'Localhost';
  const sameType = localhost ? annotation.startsWith('localhost/') : plain.includes(annotation);
  if (!sameType) out.push(forbiddenValue(at.child('type'), `${words} type in annotation and field must match`));
  else if (localhost && annotation.slice('localhost/'.length) !== profile.localhostProfile) {
    out.push(forbiddenValue(at.child('localhostProfile'), `${words} profile in annotation and field must match`));
  }
}
