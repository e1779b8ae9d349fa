/** The parameters of requests, as OpenAPI lists them. */

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
}

const query = (name: string, type: Parameter['type'], description: string): Parameter => ({
  name,
  in: 'query',
  type,
  description,
});
const path = (name: string, description: string): Parameter => ({ name, in: 'path', type: 'string', description });

export const PRETTY = query('pretty', 'string', 'Whether the answer is indented for people.');
export const NAMESPACE = path('namespace', 'The namespace of the object.');

/** The object's name in the path. */
export function nameOf(kind: string): Parameter {
  return path('name', `The name of the ${kind}.`);
}

const DRY_RUN = query('dryRun', 'string', 'With "All" the request is processed to the end, but nothing is stored.');
const FIELD_MANAGER = query(
  'fieldManager',
  'string',
  'Who owns the fields that this request sets; at most 128 printable characters.',
);
const FIELD_VALIDATION = query(
  'fieldValidation',
  'string',
  'What becomes of unknown and duplicate fields: "Ignore" drops them, "Warn" drops them with a warning, "Strict" refuses the request.',
);

/** Of POST and PUT. */
export const WRITE: readonly Parameter[] = [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION];

/** Of PATCH. */
export const PATCHING: readonly Parameter[] = [
  ...WRITE,
  query('force', 'boolean', 'Takes over fields that others own; only for server-side apply.'),
];

/** Of DELETE. */
export const DELETING: readonly Parameter[] = [
  DRY_RUN,
  query('gracePeriodSeconds', 'integer', 'Seconds until the object goes; 0 means at once.'),
  query('orphanDependents', 'boolean', 'Deprecated in favour of propagationPolicy.'),
  query('propagationPolicy', 'string', 'What becomes of dependents: "Orphan", "Background" or "Foreground".'),
];

/** Of lists and watches. */
export const LISTING: readonly Parameter[] = [
  query('allowWatchBookmarks', 'boolean', 'Asks for BOOKMARK events in a watch.'),
  query('continue', 'string', 'Where an earlier, limited list is to go on.'),
  query('fieldSelector', 'string', 'Restricts the objects by their fields.'),
  query('labelSelector', 'string', 'Restricts the objects by their labels.'),
  query('limit', 'integer', 'The most objects an answer may hold.'),
  query('resourceVersion', 'string', 'The version to list at or to watch from.'),
  query('resourceVersionMatch', 'string', 'How resourceVersion is applied to a list: "Exact" or "NotOlderThan".'),
  query('sendInitialEvents', 'boolean', 'Begins a watch with the present objects.'),
  query('timeoutSeconds', 'integer', 'How long a watch may take.'),
  query('watch', 'boolean', 'Streams changes instead of listing.'),
];
