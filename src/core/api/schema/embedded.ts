/** Go structs that embed others: Go names the embedded one in the path of a decoding error, though JSON does not show it. */

/** `<outer struct> <embedded struct>`, and the fields that are the outer's own. */
const EMBEDDINGS: readonly (readonly [outer: string, embedded: string, own: string])[] = [
  ['Volume', 'VolumeSource', 'name'],
  ['EphemeralContainer', 'EphemeralContainerCommon', 'targetContainerName'],
  [
    'Probe',
    'ProbeHandler',
    'initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold terminationGracePeriodSeconds',
  ],
  ['ConfigMapVolumeSource', 'LocalObjectReference', 'items defaultMode optional'],
  ['ConfigMapProjection', 'LocalObjectReference', 'items optional'],
  ['ConfigMapKeySelector', 'LocalObjectReference', 'key optional'],
  ['ConfigMapEnvSource', 'LocalObjectReference', 'optional'],
  ['SecretProjection', 'LocalObjectReference', 'items optional'],
  ['SecretKeySelector', 'LocalObjectReference', 'key optional'],
  ['SecretEnvSource', 'LocalObjectReference', 'optional'],
];

const BY_OUTER = new Map(EMBEDDINGS.map(([outer, embedded, own]) => [outer, { embedded, own: new Set(own.split(' ')) }]));

/** The embedded struct through which `outer` has the field; `undefined` where the field is its own. */
export function embeddedStruct(outer: string, field: string): string | undefined {
  const known = BY_OUTER.get(outer);
  return known && !known.own.has(field) ? known.embedded : undefined;
}
