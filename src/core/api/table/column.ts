/** The building blocks of table columns: the two every printer begins and ends with, and a builder for those between. */
import type { KubeObject } from '../../kube/objects.ts';
import { type Instant, parseTime } from '../../kube/time.ts';
import type { Column } from '../kind.ts';
import { humanDuration } from './duration.ts';

/** The head of a column; `wide` ones are shown by `-o wide` only. */
export interface ColumnHead {
  readonly name: string;
  readonly type?: Column['type'];
  readonly description: string;
  readonly wide?: boolean;
}

type Cell = string | number | boolean | null;

/** A column whose cells `cell` computes; texts unless `head.type` says otherwise. */
export function column<T extends KubeObject>(head: ColumnHead, cell: (object: T, now: Instant) => Cell): Column<T> {
  return {
    name: head.name,
    type: head.type ?? 'string',
    description: head.description,
    priority: head.wide ? 1 : 0,
    cell,
  };
}

const NAME_DESCRIPTION =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';
const CREATED_DESCRIPTION =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

/** `Name`, the first column of every table. */
export const NAME_COLUMN: Column = {
  ...column<KubeObject>({ name: 'Name', description: NAME_DESCRIPTION }, (object) => object.metadata.name ?? ''),
  format: 'name',
};

/** `Age`: how long ago the object was made. */
export const AGE_COLUMN: Column = column<KubeObject>({ name: 'Age', description: CREATED_DESCRIPTION }, (object, now) =>
  since(object.metadata.creationTimestamp, now),
);

/** What kinds without a printer of their own show (upstream `rest.NewDefaultTableConvertor`). */
export const DEFAULT_COLUMNS: readonly Column[] = [
  NAME_COLUMN,
  column<KubeObject>(
    { name: 'Created At', type: 'date', description: CREATED_DESCRIPTION },
    (object) => object.metadata.creationTimestamp ?? null,
  ),
];

/** The time since an RFC 3339 text as kubectl shortens it, `<unknown>` where there is none. */
export function since(text: string | null | undefined, now: Instant): string {
  const at = parseTime(text);
  return at === undefined ? '<unknown>' : humanDuration(now - at);
}

/** A text, or `<none>` where it is empty. */
export function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : text;
}
