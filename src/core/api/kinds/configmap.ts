/** ConfigMaps (upstream pkg/apis/core/validation, `ValidateConfigMap`). */
import { byteLength } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import type { Kind } from '../kind.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { semanticEqual } from '../validation/equality.ts';
import { forbiddenValue, invalidValue, pushProblems, tooLong } from '../validation/field-error.ts';
import { configKeyProblems } from '../validation/formats.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { Path } from '../validation/path.ts';
import { decodedLength } from './base64.ts';
import { MAX_DATA_BYTES, sortedKeys, WHEN_IMMUTABLE } from './data-map.ts';
import { ALL_VERBS } from './verbs.ts';

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
  /** Base64. */
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

const DATA = new Path('data');
const BINARY = new Path('binaryData');

/** `configmaps`, core/v1. */
export const CONFIGMAP_KIND: Kind<ConfigMap> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: 'io.k8s.api.core.v1.ConfigMap',
  validateCreate,
  validateUpdate(next, old) {
    const out = validateObjectMetaUpdate(next.metadata, old.metadata);
    if (old.immutable) {
      if (!next.immutable) out.push(forbiddenValue('immutable', WHEN_IMMUTABLE));
      if (!semanticEqual(next.data, old.data)) out.push(forbiddenValue('data', WHEN_IMMUTABLE));
      if (!semanticEqual(next.binaryData, old.binaryData)) out.push(forbiddenValue('binaryData', WHEN_IMMUTABLE));
    }
    return [...out, ...validateCreate(next)];
  },
  columns: [
    NAME_COLUMN,
    column<ConfigMap>(
      {
        name: 'Data',
        description:
          "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the keys in the BinaryData field, this is enforced during validation process.",
      },
      ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
    ),
    AGE_COLUMN,
  ],
};

function validateCreate(configMap: ConfigMap): Cause[] {
  const out = validateObjectMeta(configMap.metadata, { namespaced: true });
  const { data = {}, binaryData = {} } = configMap;
  let size = 0;
  for (const key of sortedKeys(data)) {
    pushProblems(out, DATA.key(key), { value: key, problems: configKeyProblems(key) });
    if (Object.hasOwn(binaryData, key)) out.push(invalidValue(DATA.key(key), key, 'duplicate of key present in binaryData'));
    size += byteLength(data[key] ?? '');
  }
  for (const key of sortedKeys(binaryData)) {
    pushProblems(out, BINARY.key(key), { value: key, problems: configKeyProblems(key) });
    size += decodedLength(binaryData[key] ?? '');
  }
  if (size > MAX_DATA_BYTES) out.push(tooLong('[]', MAX_DATA_BYTES));
  return out;
}
