/** What each type of Secret must contain. */
import type { KubeObject } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { invalidValue, pushProblems, required, tooLong } from '../validation/field-error.ts';
import { configKeyProblems } from '../validation/formats.ts';
import { validateObjectMeta } from '../validation/metadata.ts';
import { METADATA, Path } from '../validation/path.ts';
import { decodedLength, decodeText } from './base64.ts';
import { MAX_DATA_BYTES, sortedKeys } from './data-map.ts';

export interface Secret extends KubeObject {
  type?: string;
  /** Base64. */
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  immutable?: boolean;
}

const DATA = new Path('data');
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';

/** Checks a new Secret; updates check it again. */
export function validateSecret(secret: Secret): Cause[] {
  const out = validateObjectMeta(secret.metadata, { namespaced: true });
  const data = secret.data ?? {};
  let size = 0;
  for (const key of sortedKeys(data)) {
    pushProblems(out, DATA.key(key), { value: key, problems: configKeyProblems(key) });
    size += decodedLength(data[key] ?? '');
  }
  if (size > MAX_DATA_BYTES) out.push(tooLong(DATA, MAX_DATA_BYTES));
  out.push(...typeCauses(secret, data));
  return out;
}

function typeCauses(secret: Secret, data: Readonly<Record<string, string>>): Cause[] {
  const missing = (...keys: string[]): Cause[] =>
    keys.filter((key) => data[key] === undefined).map((key) => required(DATA.key(key)));
  switch (secret.type) {
    case 'kubernetes.io/service-account-token': {
      const account = secret.metadata.annotations?.[ACCOUNT_NAME];
      return account ? [] : [required(METADATA.child('annotations').key(ACCOUNT_NAME))];
    }
    case 'kubernetes.io/dockercfg':
      return jsonCauses('.dockercfg', data);
    case 'kubernetes.io/dockerconfigjson':
      return jsonCauses('.dockerconfigjson', data);
    case 'kubernetes.io/basic-auth': {
      const absent = missing('username', 'password');
      return absent.length === 2 ? absent : [];
    }
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [required(DATA.key('ssh-privatekey'))];
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key');
    default:
      return [];
  }
}

function jsonCauses(key: string, data: Readonly<Record<string, string>>): Cause[] {
  const content = data[key];
  if (content === undefined) return [required(DATA.key(key))];
  const problem = jsonObjectProblem(decodeText(content));
  return problem === undefined ? [] : [invalidValue(DATA.key(key), '<secret contents redacted>', problem)];
}

/** In the words of Go's `encoding/json`, as far as they do not depend on the place of a later mistake. */
function jsonObjectProblem(text: string): string | undefined {
  const start = text.trimStart();
  if (start === '') return 'unexpected end of JSON input';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return /^["{[\-0-9tfn]/.test(start)
      ? 'unexpected end of JSON input'
      : `invalid character '${start[0]}' looking for beginning of value`;
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
}
