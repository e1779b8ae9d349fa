/** Every request the API answers, derived from the kinds: what both versions of OpenAPI list as paths. */
import type { Kind, PartialSubresource, Verb } from '../kind.ts';
import { listSchema, PATCH, subresourceSchema } from './definitions.ts';
import type { Parameter } from './parameters.ts';
import { DELETING, LISTING, NAMESPACE, nameOf, PATCHING, PRETTY, WRITE } from './parameters.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export type Method = 'get' | 'put' | 'post' | 'delete' | 'patch';

export interface Operation {
  readonly method: Method;
  /** `x-kubernetes-action`. */
  readonly action: string;
  readonly id: string;
  readonly description: string;
  readonly gvk: { readonly group: string; readonly version: string; readonly kind: string };
  readonly parameters: readonly Parameter[];
  /** Definition of the body. */
  readonly body?: { readonly schema: string; readonly required: boolean };
  /** Definition of the answer. */
  readonly answer: string;
  readonly created: boolean;
}

export interface Path {
  readonly path: string;
  /** Tag and document: `apps_v1`. */
  readonly tag: string;
  readonly parameters: readonly Parameter[];
  readonly operations: readonly Operation[];
}

/** All paths of these kinds. */
export function pathsOf(kinds: readonly Kind[]): Path[] {
  return kinds.flatMap((kind) => [...collections(kind), ...items(kind)]);
}

/** `apis/apps/v1`, `api/v1`: where a group version is rooted. */
export function rootOf({ group, version }: { group: string; version: string }): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

interface Verbal {
  readonly method: Method;
  readonly name: string;
  readonly says: string;
  readonly parameters: readonly Parameter[];
}

const VERBS: Readonly<Record<Verb, Verbal>> = {
  get: { method: 'get', name: 'read', says: 'read the specified', parameters: [] },
  list: { method: 'get', name: 'list', says: 'list or watch objects of kind', parameters: LISTING },
  watch: { method: 'get', name: 'watch', says: 'watch objects of kind', parameters: LISTING },
  create: { method: 'post', name: 'create', says: 'create', parameters: WRITE },
  update: { method: 'put', name: 'replace', says: 'replace the specified', parameters: WRITE },
  patch: { method: 'patch', name: 'patch', says: 'partially update the specified', parameters: PATCHING },
  delete: { method: 'delete', name: 'delete', says: 'delete', parameters: DELETING },
  deletecollection: {
    method: 'delete',
    name: 'deleteCollection',
    says: 'delete collection of',
    parameters: [...DELETING, ...LISTING],
  },
};
const ACTIONS: Readonly<Partial<Record<Verb, string>>> = { create: 'post', update: 'put' };

function collections(kind: Kind): Path[] {
  const root = `/${rootOf(kind)}`;
  const verbs: Verb[] = ['list', 'create', 'deletecollection'];
  const of = (path: string, parameters: readonly Parameter[], wanted: readonly Verb[], scope: string): Path => ({
    path,
    tag: tagOf(kind),
    parameters: [...parameters, PRETTY],
    operations: wanted.filter((verb) => kind.verbs.includes(verb)).map((verb) => operation({ kind, verb, scope })),
  });
  if (!kind.namespaced) return [of(`${root}/${kind.plural}`, [], verbs, '')].filter(hasOperations);
  return [
    of(`${root}/namespaces/{namespace}/${kind.plural}`, [NAMESPACE], verbs, 'Namespaced'),
    of(`${root}/${kind.plural}`, [], ['list'], 'ForAllNamespaces'),
  ].filter(hasOperations);
}

function items(kind: Kind): Path[] {
  const scope = kind.namespaced ? 'Namespaced' : '';
  const base = `/${rootOf(kind)}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}/{name}`;
  const parameters = [nameOf(kind.kind), ...(kind.namespaced ? [NAMESPACE] : []), PRETTY];
  const verbs = kind.verbs.filter((verb) => ['get', 'update', 'patch', 'delete'].includes(verb));
  const main: Path = {
    path: base,
    tag: tagOf(kind),
    parameters,
    operations: verbs.map((verb) => operation({ kind, verb, scope })),
  };
  const subresources = kind.subresources.map((subresource) => ({
    path: `${base}/${subresource.name}`,
    tag: tagOf(kind),
    parameters,
    operations: subresource.verbs.filter((verb) => verb !== 'list').map((verb) => operation({ kind, verb, scope, subresource })),
  }));
  return [main, ...subresources].filter(hasOperations);
}

function hasOperations({ operations }: Path): boolean {
  return operations.length > 0;
}

interface Naming {
  readonly kind: Kind;
  readonly verb: Verb;
  /** `Namespaced`, `ForAllNamespaces` or nothing. */
  readonly scope: string;
  readonly subresource?: PartialSubresource;
}

function operation({ kind, verb, scope, subresource }: Naming): Operation {
  const shown = subresource?.kind;
  const schema = shown ? (subresourceSchema(shown) ?? kind.schema) : kind.schema;
  const verbal = VERBS[verb];
  const [before, after] = scope === 'ForAllNamespaces' ? ['', scope] : [scope, ''];
  const answer =
    verb === 'list' ? listSchema(kind) : verb === 'delete' || verb === 'deletecollection' ? `${META}.Status` : schema;
  const body = bodyOf(verb, schema);
  return {
    method: verbal.method,
    action: ACTIONS[verb] ?? verb,
    id: `${idPrefix(kind, verbal.name)}${before}${kind.kind}${camel(subresource?.name ?? '')}${after}`,
    description: `${verbal.says} ${subresource ? `${subresource.name} of the specified ` : ''}${kind.kind}`,
    gvk: shown ?? { group: kind.group, version: kind.version, kind: kind.kind },
    parameters: verbal.parameters,
    ...(body ? { body } : {}),
    answer,
    created: verb === 'create' || verb === 'update' || verb === 'patch',
  };
}

function bodyOf(verb: Verb, schema: string): Operation['body'] {
  if (verb === 'create' || verb === 'update') return { schema, required: true };
  if (verb === 'patch') return { schema: PATCH, required: true };
  if (verb === 'delete' || verb === 'deletecollection') return { schema: `${META}.DeleteOptions`, required: false };
  return undefined;
}

/** `deleteCollection` puts the group version in its middle, as upstream's route names do. */
function idPrefix(kind: Kind, verb: string): string {
  const place = `${camel(groupTag(kind.group))}${camel(kind.version)}`;
  return verb === 'deleteCollection' ? `delete${place}Collection` : `${verb}${place}`;
}

function groupTag(group: string): string {
  return group === '' ? 'core' : group.replace(/\.k8s\.io$/, '').replaceAll('.', '-');
}

function tagOf({ group, version }: Kind): string {
  const name = groupTag(group).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return `${name}_${version}`;
}

function camel(text: string): string {
  return text.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}
