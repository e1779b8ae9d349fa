/** Cluster trust bundles in projected volumes: one by name, or all of a signer. */
import { dns1123Subdomain } from '../../../kube/names.ts';
import type { LabelSelector } from '../../../kube/objects.ts';
import type { Cause } from '../../api-error.ts';
import { invalidValue, required } from '../field-error.ts';
import { validateLabelSelector } from '../labels.ts';
import type { Path } from '../path.ts';
import { validateNonReserved } from './local-path.ts';

export interface ClusterTrustBundle {
  name?: string;
  signerName?: string;
  labelSelector?: LabelSelector;
  optional?: boolean;
  path?: string;
}

export function validateTrustBundle(bundle: ClusterTrustBundle, at: Path, out: Cause[]): void {
  if (bundle.name !== undefined && bundle.signerName !== undefined) {
    out.push(invalidValue(at, bundle, 'only one of name and signerName may be used'));
  } else if (bundle.name !== undefined) validateName(bundle.name, { at, selector: bundle.labelSelector }, out);
  else if (bundle.signerName !== undefined) {
    if (bundle.signerName === '') out.push(required(at.child('signerName'), 'must be a valid signer name'));
    validateSigner(bundle.signerName, at.child('signerName'), out);
    validateLabelSelector(bundle.labelSelector, at.child('labelSelector'), out);
  } else out.push(required(at, 'either name or signerName must be specified'));
  if (!bundle.path) out.push(required(at.child('path')));
  validateNonReserved(bundle.path ?? '', at.child('path'), out);
}

/** `<signer domain>:<signer path>:<suffix>`, or a plain name. */
function validateName(name: string, where: { at: Path; selector: LabelSelector | undefined }, out: Cause[]): void {
  if (name === '') out.push(required(where.at.child('name'), 'must be a valid object name'));
  const suffix = name.includes(':') ? name.slice(name.lastIndexOf(':') + 1) : name;
  for (const problem of dns1123Subdomain(suffix)) {
    out.push(invalidValue(where.at.child('name'), name, `not a valid clustertrustbundlename: ${problem}`));
  }
  if (where.selector) {
    out.push(invalidValue(where.at.child('labelSelector'), where.selector, 'labelSelector must be unset if name is specified'));
  }
}

/** A signer is `<domain with a dot>/<path>`. */
function validateSigner(signer: string, at: Path, out: Cause[]): void {
  const slash = signer.indexOf('/');
  if (slash < 0) {
    out.push(invalidValue(at, signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'"));
    return;
  }
  const domain = signer.slice(0, slash);
  for (const problem of dns1123Subdomain(domain)) {
    out.push(invalidValue(at, domain, `validating label "${domain}": ${problem}`));
  }
  if (!domain.includes('.'))
    out.push(invalidValue(at, domain, 'should be a domain with at least two segments separated by dots'));
}
