/** `spec.volumes`: unique names, exactly one source each, and the rules of that source. */
import { dns1123Label, dns1123Subdomain } from '../../../kube/names.ts';
import type { Cause } from '../../api-error.ts';
import { duplicate, forbiddenValue, invalidValue, pushProblems, required } from '../field-error.ts';
import type { Path } from '../path.ts';
import { quote } from '../print-value.ts';
import type { Check } from './check.ts';
import type { Volume } from './shape.ts';
import { VOLUME_SOURCES, type VolumeSourceRule } from './volume-sources.ts';

/** Checks all volumes and remembers the valid ones in `check.volumes` for the mounts. */
export function validateVolumes(volumes: readonly Volume[] | undefined, at: Path, check: Check): void {
  if (!volumes) return;
  const created = createdClaims(volumes, check.podName);
  for (const [i, volume] of volumes.entries()) {
    const one = at.index(i);
    const before = check.out.length;
    validateSource(volume, one, check);
    validateName(volume.name ?? '', { at: one.child('name'), volumes: check.volumes }, check.out);
    if (check.out.length === before) check.volumes.set(volume.name ?? '', volume);
    const claim = (volume.persistentVolumeClaim as { claimName?: string } | undefined)?.claimName;
    if (claim && created.has(claim)) {
      const rule = 'must not reference a PVC that gets created for an ephemeral volume';
      check.out.push(invalidValue(one.child('persistentVolumeClaim').child('claimName'), claim, rule));
    }
  }
}

/** The claims that ephemeral volumes will create; their names begin with the pod's. */
function createdClaims(volumes: readonly Volume[], podName: string | undefined): Set<string> {
  if (!podName) return new Set();
  return new Set(volumes.filter((volume) => volume.ephemeral).map((volume) => `${podName}-${volume.name}`));
}

function validateName(name: string, where: { at: Path; volumes: ReadonlyMap<string, Volume> }, out: Cause[]): void {
  if (name === '') out.push(required(where.at));
  else pushProblems(out, where.at, { value: name, problems: dns1123Label(name) });
  if (where.volumes.has(name)) out.push(duplicate(where.at, name));
}

function validateSource(volume: Volume, at: Path, check: Check): void {
  let found = 0;
  for (const rule of VOLUME_SOURCES) {
    const source = volume[rule.name];
    if (source === undefined || source === null) continue;
    if (found > 0) check.out.push(forbiddenValue(at.child(rule.extra ?? rule.name), 'may not specify more than 1 volume type'));
    else applyRule(rule, { volume, at }, check);
    if (rule.name === 'iscsi') limitPortal(volume, at, check.out);
    if (rule.name === 'ephemeral' && found === 0) limitClaimName(volume, at, check);
    found++;
  }
  if (found === 0) check.out.push(required(at, 'must specify a volume type'));
}

function applyRule(rule: VolumeSourceRule, where: { volume: Volume; at: Path }, check: Check): void {
  rule.validate(where.volume[rule.name] as never, where.at.child(rule.path ?? rule.name), check);
}

function limitPortal(volume: Volume, at: Path, out: Cause[]): void {
  const iscsi = volume.iscsi as { initiatorName?: string; targetPortal?: string };
  if (iscsi.initiatorName === undefined || `${volume.name}:${iscsi.targetPortal ?? ''}`.length <= 64) return;
  const rule =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  out.push(invalidValue(at.child('name'), volume.name, rule));
}

function limitClaimName(volume: Volume, at: Path, check: Check): void {
  if (!check.podName || !volume.name) return;
  const claim = `${check.podName}-${volume.name}`;
  for (const problem of dns1123Subdomain(claim)) {
    check.out.push(invalidValue(at.child('name'), volume.name, `PVC name ${quote(claim)}: ${problem}`));
  }
}
