/** Generic ephemeral volumes: the template of the PersistentVolumeClaim they create. */
import { dns1123Subdomain } from '../../../kube/names.ts';
import type { LabelSelector, ObjectMeta, ResourceList } from '../../../kube/objects.ts';
import { parseQuantity } from '../../../kube/quantity.ts';
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, invalidValue, notSupported, pushProblems, required } from '../field-error.ts';
import { NOT_POSITIVE } from '../formats.ts';
import { validateAnnotations, validateLabelSelector, validateLabels } from '../labels.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';

interface ClaimSpec {
  accessModes?: string[];
  selector?: LabelSelector;
  resources?: { requests?: ResourceList; limits?: ResourceList };
  storageClassName?: string;
  volumeMode?: string;
  volumeAttributesClassName?: string;
  dataSource?: { apiGroup?: string; kind?: string; name?: string };
}

interface ClaimTemplate {
  metadata?: ObjectMeta;
  spec?: ClaimSpec;
}

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];

export function validateEphemeral(source: { volumeClaimTemplate?: ClaimTemplate }, at: Path, check: Check): void {
  const template = source.volumeClaimTemplate;
  const here = at.child('volumeClaimTemplate');
  if (!template) {
    check.out.push(required(here));
    return;
  }
  validateTemplateMeta(template.metadata ?? {}, here.child('metadata'), check.out);
  validateClaimSpec(template.spec ?? {}, here.child('spec'), check.out);
}

/** Only labels and annotations are taken over to the claim. */
function validateTemplateMeta(meta: ObjectMeta, at: Path, out: Cause[]): void {
  validateAnnotations(meta.annotations, at.child('annotations'), out);
  validateLabels(meta.labels, at.child('labels'), out);
  for (const [field, value] of Object.entries(meta)) {
    if (field === 'labels' || field === 'annotations' || value === null || value === '') continue;
    out.push(forbiddenValue(at.child(field), 'cannot be set'));
  }
}

function validateClaimSpec(spec: ClaimSpec, at: Path, out: Cause[]): void {
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) out.push(required(at.child('accessModes'), 'at least 1 access mode is required'));
  validateLabelSelector(spec.selector, at.child('selector'), out);
  for (const mode of modes) {
    if (!ACCESS_MODES.includes(mode)) out.push(notSupported(at.child('accessModes'), mode, ACCESS_MODES));
  }
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode))) {
    out.push(forbiddenValue(at.child('accessModes'), 'may not use ReadWriteOncePod with other access modes'));
  }
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) out.push(required(at.child('resources').key('storage')));
  else if (parseQuantity(storage).value <= 0n) {
    out.push(invalidValue(at.child('resources').key('storage'), storage, NOT_POSITIVE));
  }
  validateClasses(spec, at, out);
}

function validateClasses(spec: ClaimSpec, at: Path, out: Cause[]): void {
  const storageClass = spec.storageClassName;
  if (storageClass) {
    pushProblems(out, at.child('storageClassName'), { value: storageClass, problems: dns1123Subdomain(storageClass) });
  }
  if (spec.volumeMode !== undefined && !VOLUME_MODES.includes(spec.volumeMode)) {
    out.push(notSupported(at.child('volumeMode'), spec.volumeMode, VOLUME_MODES));
  }
  const source = spec.dataSource;
  if (source) {
    if (!source.name) out.push(required(at.child('dataSource').child('name')));
    if (!source.kind) out.push(required(at.child('dataSource').child('kind')));
    if (!source.apiGroup && source.kind !== 'PersistentVolumeClaim' && source.kind) {
      out.push(invalidValue(at.child('dataSource'), source.kind, ''));
    }
  }
  const attributes = spec.volumeAttributesClassName;
  if (attributes) {
    pushProblems(out, at.child('volumeAttributesClassName'), { value: attributes, problems: dns1123Subdomain(attributes) });
  }
}
