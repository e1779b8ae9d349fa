/** Secrets (upstream pkg/apis/core/validation, `ValidateSecret`). */
import type { Kind, WriteContext } from '../kind.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { semanticEqual } from '../validation/equality.ts';
import { forbiddenValue, invalidValue } from '../validation/field-error.ts';
import { IMMUTABLE } from '../validation/formats.ts';
import { validateObjectMetaUpdate } from '../validation/metadata.ts';
import { decodeText, encodeText } from './base64.ts';
import { WHEN_IMMUTABLE } from './data-map.ts';
import { type Secret, validateSecret } from './secret-rules.ts';
import { ALL_VERBS } from './verbs.ts';

/** `secrets`, core/v1. */
export const SECRET_KIND: Kind<Secret> = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: 'io.k8s.api.core.v1.Secret',
  defaults(secret) {
    const { stringData } = secret;
    if (stringData) {
      const encoded = Object.entries(stringData).map(([key, text]) => [key, encodeText(text)]);
      if (encoded.length > 0) secret.data = { ...secret.data, ...Object.fromEntries(encoded) };
      delete secret.stringData;
    }
    if (!secret.type) secret.type = 'Opaque';
  },
  admitCreate: warnAboutCertificate,
  admitUpdate: (next, _old, context) => warnAboutCertificate(next, context),
  validateCreate: validateSecret,
  validateUpdate(next, old) {
    const out = validateObjectMetaUpdate(next.metadata, old.metadata);
    if (next.type !== old.type) out.push(invalidValue('type', next.type, IMMUTABLE));
    if (old.immutable) {
      if (!next.immutable) out.push(forbiddenValue('immutable', WHEN_IMMUTABLE));
      if (!semanticEqual(next.data, old.data)) out.push(forbiddenValue('data', WHEN_IMMUTABLE));
    }
    return [...out, ...validateSecret(next)];
  },
  fields: { type: (secret) => (secret as Secret).type ?? '' },
  columns: [
    NAME_COLUMN,
    column<Secret>(
      {
        name: 'Type',
        description:
          'Used to facilitate programmatic handling of secret data. More info: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types',
      },
      (secret) => secret.type ?? '',
    ),
    column<Secret>(
      {
        name: 'Data',
        description:
          "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4",
      },
      (secret) => Object.keys(secret.data ?? {}).length,
    ),
    AGE_COLUMN,
  ],
};

/** Upstream loads the key pair; what is no PEM at all is what people get wrong. */
function warnAboutCertificate(secret: Secret, context: WriteContext): void {
  if (secret.type !== 'kubernetes.io/tls') return;
  const { 'tls.crt': certificate, 'tls.key': key } = secret.data ?? {};
  if (certificate === undefined || key === undefined) return;
  if (!isPem(certificate)) context.warn('tls: failed to find any PEM data in certificate input');
  else if (!isPem(key)) context.warn('tls: failed to find any PEM data in key input');
}

function isPem(base64: string): boolean {
  return decodeText(base64).includes('-----BEGIN ');
}
