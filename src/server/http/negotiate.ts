/** Content negotiation: which form of an object an `Accept` header asks for (upstream `negotiation.NegotiateMediaTypeOptions`). */
import { notAcceptable } from '../../core/api/rest/errors.ts';

/** The media types the refusals name: upstream's, though protobuf is not served here. */
export const MEDIA_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;

/** What an object is shown as. */
export type Shape = 'Object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';

/** The form of an answer. */
export interface Form {
  readonly encoding: 'json' | 'yaml';
  readonly shape: Shape;
  /** `v1` or `v1beta1` of `meta.k8s.io`, for the shapes of that group. */
  readonly shapeVersion: string;
  readonly pretty: boolean;
}

/** Plain JSON. */
export const JSON_FORM: Form = { encoding: 'json', shape: 'Object', shapeVersion: 'v1', pretty: false };

/** One clause of an `Accept` header. */
export interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const SHAPES = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);
const SHAPE_VERSIONS = new Set(['v1', 'v1beta1']);

/** The clauses of an `Accept` header, best first. */
export function acceptClauses(header: string): Clause[] {
  const weighed = header
    .split(',')
    .map((text) => clause(text))
    .filter((one) => one.type !== '');
  const weight = (one: Clause) => Number(one.parameters.get('q') ?? '1') || 0;
  return weighed.sort((a, b) => weight(b) - weight(a));
}

/** The first form the header accepts. Throws 406. `streaming` leaves YAML out: a watch has no YAML form. */
export function negotiate(header: string | undefined, streaming = false): Form {
  if (header === undefined || header.trim() === '') return JSON_FORM;
  if (header === 'application/json') return JSON_FORM;
  for (const one of acceptClauses(header)) {
    const encoding = encodingOf(one.type, streaming);
    const form = encoding && formOf(encoding, one.parameters);
    if (form) return form;
  }
  throw notAcceptable(streaming ? ['application/json', 'application/vnd.kubernetes.protobuf'] : MEDIA_TYPES);
}

function clause(text: string): Clause {
  const [type = '', ...rest] = text.split(';');
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const at = parameter.indexOf('=');
    if (at > 0) parameters.set(parameter.slice(0, at).trim(), parameter.slice(at + 1).trim());
  }
  return { type: type.trim().toLowerCase(), parameters };
}

function encodingOf(type: string, streaming: boolean): 'json' | 'yaml' | undefined {
  if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'json';
  return type === 'application/yaml' && !streaming ? 'yaml' : undefined;
}

function formOf(encoding: 'json' | 'yaml', parameters: ReadonlyMap<string, string>): Form | undefined {
  const pretty = parameters.get('pretty') === '1';
  const as = parameters.get('as');
  const group = parameters.get('g');
  const version = parameters.get('v');
  if (as === undefined && group === undefined && version === undefined) return { ...JSON_FORM, encoding, pretty };
  if (group !== 'meta.k8s.io' || !SHAPES.has(as ?? '') || !SHAPE_VERSIONS.has(version ?? '')) return undefined;
  return { encoding, shape: as as Shape, shapeVersion: version!, pretty };
}
