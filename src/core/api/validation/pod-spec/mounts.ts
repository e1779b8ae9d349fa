/** Volume mounts and raw block devices of one container. */
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, invalidValue, notFoundValue, notSupported, required } from '../field-error.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { hasBackstep, validateDescending } from './local-path.ts';
import type { ContainerShape, VolumeDevice, VolumeMount } from './shape.ts';

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible'];

/** `volumeMounts`; some rules are reported at the list, as upstream does. */
export function validateMounts(container: ContainerShape, at: Path, check: Check): void {
  const mounts = container.volumeMounts;
  if (!mounts) return;
  const taken = new Set<string>();
  for (const [i, mount] of mounts.entries()) {
    validateMountPlace(mount, { at: at.index(i), taken, devices: container.volumeDevices ?? [] }, check);
    validateSubPaths(mount, { one: at.index(i), list: at }, check);
    if (mount.mountPropagation !== undefined) {
      validatePropagation(mount.mountPropagation, { at: at.child('mountPropagation'), container }, check.out);
    }
    if (mount.recursiveReadOnly !== undefined) validateRecursive(mount, at.child('recursiveReadOnly'), check.out);
  }
}

interface Place {
  readonly at: Path;
  readonly taken: Set<string>;
  readonly devices: readonly VolumeDevice[];
}

function validateMountPlace(mount: VolumeMount, { at, taken, devices }: Place, check: Check): void {
  const { name = '', mountPath = '' } = mount;
  const { out } = check;
  if (name === '') out.push(required(at.child('name')));
  if (!check.volumes.has(name)) out.push(notFoundValue(at.child('name'), name));
  if (mountPath === '') out.push(required(at.child('mountPath')));
  if (taken.has(mountPath)) out.push(invalidValue(at.child('mountPath'), mountPath, 'must be unique'));
  taken.add(mountPath);
  if (devices.some((device) => device.name === name)) {
    out.push(invalidValue(at.child('name'), name, 'must not already exist in volumeDevices'));
  }
  if (devices.some((device) => device.devicePath === mountPath)) {
    out.push(invalidValue(at.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices'));
  }
}

function validateSubPaths(mount: VolumeMount, at: { one: Path; list: Path }, check: Check): void {
  const { subPath, subPathExpr } = mount;
  if (!subPath && !subPathExpr) return;
  if (check.volumes.get(mount.name ?? '')?.image) {
    const rule = 'not allowed in image volume sources';
    if (subPath) check.out.push(invalidValue(at.one.child('subPath'), subPath, rule));
    if (subPathExpr) check.out.push(invalidValue(at.one.child('subPathExpr'), subPathExpr, rule));
  }
  if (subPath) validateDescending(subPath, at.list.child('subPath'), check.out);
  if (!subPathExpr) return;
  if (subPath) {
    check.out.push(invalidValue(at.one.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  }
  validateDescending(subPathExpr, at.list.child('subPathExpr'), check.out);
}

function validatePropagation(mode: string, of: { at: Path; container: ContainerShape }, out: Cause[]): void {
  if (!PROPAGATIONS.includes(mode)) out.push(notSupported(of.at, mode, PROPAGATIONS));
  if (mode === 'Bidirectional' && !of.container.securityContext?.privileged) {
    out.push(forbiddenValue(of.at, 'Bidirectional mount propagation is available only to privileged containers'));
  }
}

function validateRecursive(mount: VolumeMount, at: Path, out: Cause[]): void {
  const mode = mount.recursiveReadOnly ?? '';
  if (!RECURSIVE.includes(mode)) out.push(notSupported(at, mode, RECURSIVE));
  else if (mode !== 'Disabled') {
    if (!mount.readOnly) out.push(forbiddenValue(at, 'may only be specified when readOnly is true'));
    if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None') {
      out.push(forbiddenValue(at, 'may only be specified when mountPropagation is None or not specified'));
    }
  }
}

/** `volumeDevices`: only claims can be block devices. */
export function validateDevices(container: ContainerShape, at: Path, check: Check): void {
  const devices = container.volumeDevices;
  if (!devices) return;
  const seen = { names: new Set<string>(), paths: new Set<string>() };
  for (const [i, device] of devices.entries()) {
    validateDeviceSource(device.name ?? '', { at: at.index(i), names: seen.names }, check);
    validateDevicePath(device.devicePath ?? '', { at: at.index(i), paths: seen.paths }, check.out);
    const mounts = container.volumeMounts ?? [];
    if (mounts.some((mount) => mount.name === device.name)) {
      check.out.push(invalidValue(at.index(i).child('name'), device.name, 'must not already exist in volumeMounts'));
    }
    if (mounts.some((mount) => mount.mountPath === device.devicePath)) {
      const rule = 'must not already exist as a path in volumeMounts';
      check.out.push(invalidValue(at.index(i).child('devicePath'), device.devicePath, rule));
    }
    if (device.name) seen.names.add(device.name);
  }
}

function validateDeviceSource(name: string, where: { at: Path; names: Set<string> }, check: Check): void {
  const at = where.at.child('name');
  const volume = check.volumes.get(name);
  if (name === '') check.out.push(required(at));
  if (where.names.has(name)) check.out.push(invalidValue(at, name, 'must be unique'));
  if (!volume) check.out.push(notFoundValue(at, name));
  else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
    const rule = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
    check.out.push(invalidValue(at, name, rule));
  }
}

function validateDevicePath(path: string, where: { at: Path; paths: Set<string> }, out: Cause[]): void {
  const at = where.at.child('devicePath');
  if (path === '') out.push(required(at));
  if (where.paths.has(path)) out.push(invalidValue(at, path, 'must be unique'));
  if (hasBackstep(path)) out.push(invalidValue(at, path, "can not contain backsteps ('..')"));
  else where.paths.add(path);
}
