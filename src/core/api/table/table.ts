/** The `meta.k8s.io/v1 Table` form of objects, which kubectl prints. */
import type { KubeObject } from '../../kube/objects.ts';
import type { Instant } from '../../kube/time.ts';
import type { Column, Kind } from '../kind.ts';
import { badRequest } from '../rest/errors.ts';
import { type RowCondition, rowConditions } from './row-conditions.ts';

/** How much of an object goes along with its row. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** One column as the wire shows it. */
export interface ColumnDefinition {
  name: string;
  type: string;
  format: string;
  description: string;
  priority: number;
}

/** One object's cells, in the order of the columns. */
export interface TableRow {
  cells: (string | number | boolean | null)[];
  conditions?: readonly RowCondition[];
  object: Record<string, unknown> | null;
}

/** A table; `columnDefinitions` is null in later events of a watch. */
export interface Table {
  kind: 'Table';
  apiVersion: 'meta.k8s.io/v1';
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  columnDefinitions: ColumnDefinition[] | null;
  rows: TableRow[];
}

/** What rows are made with. */
export interface TableOptions {
  readonly now: Instant;
  readonly includeObject: IncludeObject;
}

/** The `includeObject` query parameter; absent means `Metadata`. Throws 400 with upstream's message. */
export function parseIncludeObject(text: string | undefined): IncludeObject {
  switch (text ?? '') {
    case '':
    case 'Metadata':
      return 'Metadata';
    case 'None':
    case 'Object':
      return text as IncludeObject;
    default:
      throw badRequest(
        `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`,
      );
  }
}

/** The table of a list's objects. `metadata` is the list's, or `{resourceVersion}` of a single object. */
export function tableOf(
  kind: Kind,
  objects: readonly KubeObject[],
  options: TableOptions & { readonly metadata: Table['metadata'] },
): Table {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata,
    columnDefinitions: kind.columns.map(columnDefinition),
    rows: objects.map((object) => tableRow(kind, object, options)),
  };
}

/** One row. */
function tableRow(kind: Kind, object: KubeObject, { now, includeObject }: TableOptions): TableRow {
  const conditions = rowConditions(kind, object);
  return {
    cells: kind.columns.map((column) => column.cell(object, now)),
    ...(conditions ? { conditions } : {}),
    object: included(object, includeObject),
  };
}

/** An annotation that upstream keeps as a field and adds to whole DaemonSets only. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** The `PartialObjectMetadata` form of an object: its metadata alone. */
export function partialMetadata(object: KubeObject): Record<string, unknown> {
  const form = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };
  const { annotations, ...rest } = object.metadata;
  if (object.kind !== 'DaemonSet' || annotations?.[TEMPLATE_GENERATION] === undefined)
    return { ...form, metadata: object.metadata };
  const { [TEMPLATE_GENERATION]: _generation, ...shown } = annotations;
  return { ...form, metadata: { ...rest, ...(Object.keys(shown).length > 0 ? { annotations: shown } : {}) } };
}

/** A column without its cells. */
function columnDefinition({ name, type, format, description, priority }: Column): ColumnDefinition {
  return { name, type, format: format ?? '', description, priority };
}

function included(object: KubeObject, include: IncludeObject): Record<string, unknown> | null {
  if (include === 'None') return null;
  return include === 'Object' ? object : partialMetadata(object);
}
