/** A tiny world in which recorded requests run through the pure core, without server, store or HTTP. */

import { ApiError } from '../../src/core/api/api-error.ts';
import type { Kind, WriteContext } from '../../src/core/api/kind.ts';
import { kindOf, storageName } from '../../src/core/api/kinds/all.ts';
import { namespaceNamed } from '../../src/core/api/kinds/namespace.ts';
import { SYSTEM_PRIORITY_CLASSES } from '../../src/core/api/kinds/priorityclass.ts';
import { type ClassicPatchType, readPatch } from '../../src/core/api/patch/apply-patch.ts';
import { create } from '../../src/core/api/rest/create.ts';
import { DEFAULT_REMOVE_OPTIONS } from '../../src/core/api/rest/delete-options.ts';
import { alreadyExists, notFound } from '../../src/core/api/rest/errors.ts';
import { matchName, matchNamespace } from '../../src/core/api/rest/identity.ts';
import { patchObject } from '../../src/core/api/rest/patch.ts';
import { remove } from '../../src/core/api/rest/remove.ts';
import { removeNamespace } from '../../src/core/api/rest/remove-namespace.ts';
import type { WriteRequest } from '../../src/core/api/rest/request.ts';
import { checkUid, update } from '../../src/core/api/rest/update.ts';
import { DEFAULT_WRITE_OPTIONS } from '../../src/core/api/rest/write-options.ts';
import { decodeBody } from '../../src/core/api/schema/body.ts';
import { parseIncludeObject, type Table, tableOf } from '../../src/core/api/table/table.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';

export interface Step {
  method: string;
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
  bodyRaw?: unknown;
  auth?: string;
}

export interface Answer {
  status: number;
  warnings: string[];
  body: unknown;
}

interface Target {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const NOW = Date.parse('2026-01-01T00:00:00Z');
const PATH = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;
const CLUSTER_PATH = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;

/** One world for one recorded case. */
export class RecordedWorld {
  readonly #objects = new Map<string, KubeObject>();
  #revision = 100;
  #counter = 0;
  #warnings: string[] = [];

  constructor() {
    for (const name of ['default', 'kube-system', 'kube-public']) this.run(post('/api/v1/namespaces', namespaceNamed(name)));
    for (const one of SYSTEM_PRIORITY_CLASSES) this.run(post('/apis/scheduling.k8s.io/v1/priorityclasses', structuredClone(one)));
  }

  /** The answer, or `undefined` where the request is none of the pure core's. */
  run(step: Step): Answer | undefined {
    const target = targetOf(step.path);
    if (!target || step.auth || !isPure(step, target)) return undefined;
    this.#warnings = target.kind.deprecation ? [target.kind.deprecation] : [];
    try {
      const body = this.#answer(step, target);
      if (body === undefined) return undefined;
      return { status: step.method === 'POST' ? 201 : 200, warnings: this.#warnings, body: wire(body, step, target.kind) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { status: error.code, warnings: this.#warnings, body: error.status };
    }
  }

  #answer(step: Step, target: Target): KubeObject | KubeObject[] | undefined {
    switch (step.method) {
      case 'POST':
        return this.#create(step, target);
      case 'PUT':
      case 'PATCH':
        return this.#update(step, target);
      case 'DELETE':
        return this.#remove(target);
      default:
        return this.#read(target);
    }
  }

  #read(target: Target): KubeObject | KubeObject[] {
    if (target.name !== undefined) return this.#existing(target);
    const prefix = `${storageName(target.kind)}/${target.namespace ? `${target.namespace}/` : ''}`;
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => served(target.kind, this.#objects.get(key)!));
  }

  #create(step: Step, target: Target): KubeObject {
    const { object, warnings } = decodeBody(textOf(step), target.kind, 'Warn');
    this.#warnings.push(...warnings);
    const created = create(target.kind, object, this.#request(target)).object;
    const { name = '' } = created.metadata;
    if (this.#objects.has(keyOf(target, name))) throw alreadyExists(target.kind, name, false);
    return this.#store(target.kind, created);
  }

  #update(step: Step, target: Target): KubeObject {
    const old = this.#existing(target);
    const { kind } = target;
    const request = this.#request(target);
    const subresource = kind.subresources.find((one) => one.name === target.subresource);
    let outcome: ReturnType<typeof update>;
    if (step.method === 'PATCH') {
      const patch = readPatch(step.headers?.['content-type'] as ClassicPatchType, textOf(step));
      outcome = patchObject({ kind, subresource, old, patch, request });
    } else {
      const { object: next, warnings } = decodeBody(textOf(step), kind, 'Warn');
      this.#warnings.push(...warnings);
      kind.defaults?.(next);
      matchName(next, target.name ?? '');
      matchNamespace(kind, next, target.namespace);
      checkUid(kind, next, old);
      outcome = update({ kind, subresource, next, old, request });
    }
    if ('put' in outcome.change) return this.#store(kind, outcome.answer);
    if ('remove' in outcome.change) this.#objects.delete(keyOf(target, target.name ?? ''));
    return outcome.answer;
  }

  #remove(target: Target): KubeObject | undefined {
    if (target.name === undefined) {
      for (const { metadata } of this.#read(target) as KubeObject[]) this.#remove({ ...target, name: metadata.name });
      return undefined;
    }
    const old = this.#existing(target);
    const { context } = this.#request(target);
    const decide = target.kind.plural === 'namespaces' ? removeNamespace : remove;
    const removal = decide(target.kind, old, DEFAULT_REMOVE_OPTIONS, context);
    if (removal.put) this.#store(target.kind, removal.put);
    if (removal.remove) this.#objects.delete(keyOf(target, target.name ?? ''));
    return removal.put ? this.#existing(target) : undefined;
  }

  #existing(target: Target): KubeObject {
    const found = this.#objects.get(keyOf(target, target.name ?? ''));
    if (!found) throw notFound(target.kind, target.name ?? '');
    return served(target.kind, found);
  }

  #store(kind: Kind, object: KubeObject): KubeObject {
    const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } };
    const stored = kind.storage ? kind.storage.toStorage(stamped) : stamped;
    const { namespace, name = '' } = object.metadata;
    this.#objects.set(keyOf({ kind, namespace }, name), stored);
    return stamped;
  }

  #request(target: Target): WriteRequest {
    const context: WriteContext = {
      now: NOW,
      user: { name: 'admin', groups: ['system:masters'] },
      namespace: target.kind.namespaced ? target.namespace : undefined,
      dryRun: false,
      uid: () => `00000000-0000-0000-0000-${String(++this.#counter).padStart(12, '0')}`,
      suffix: () => 'bcdfg',
      lookup: (ref, key) => {
        const kind = kindOf(ref);
        return kind && this.#objects.get(keyOf({ kind, namespace: key.namespace }, key.name));
      },
      lookupAll: (ref) => {
        const kind = kindOf(ref);
        const prefix = kind ? `${storageName(kind)}/` : '\n';
        return [...this.#objects].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
      },
      warn: (text) => this.#warnings.push(text),
    };
    return { context, options: DEFAULT_WRITE_OPTIONS, manager: 'oracle' };
  }
}

/** A POST of an object. */
export function post(path: string, body: unknown): Step {
  return { method: 'POST', path, body };
}

function keyOf({ kind, namespace }: { kind: Kind; namespace: string | undefined }, name: string): string {
  const place = kind.namespaced ? `${namespace ?? ''}/` : '';
  return `${storageName(kind)}/${place}${name}`;
}

function served(kind: Kind, stored: KubeObject): KubeObject {
  return kind.storage ? kind.storage.fromStorage(stored) : stored;
}

function textOf(step: Step): string {
  const body = step.bodyRaw ?? step.body;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function targetOf(path: string): Target | undefined {
  const namespaced = PATH.exec(path);
  if (namespaced?.[3] !== undefined) {
    const [, group = '', version = '', namespace, resource = '', name, subresource] = namespaced;
    const kind = kindOf({ group, version, resource });
    if (kind?.namespaced) return { kind, namespace, name, subresource };
  }
  const [, group = '', version = '', resource = '', name, subresource] = CLUSTER_PATH.exec(path) ?? [];
  const kind = kindOf({ group, version, resource });
  return kind && { kind, namespace: undefined, name, subresource };
}

function isPure(step: Step, { kind, name, subresource }: Target): boolean {
  if (kind.group.startsWith('auth') && kind.verbs.length === 1) return false;
  const part = kind.subresources.find((one) => one.name === subresource);
  if (subresource !== undefined && (!part || part.connect)) return false;
  const accept = step.headers?.accept ?? '';
  if (accept.includes('as=') && !accept.startsWith('application/json;as=Table;v=v1;g=meta.k8s.io')) return false;
  if (step.method === 'PATCH' && !/json-patch|merge-patch/.test(step.headers?.['content-type'] ?? '')) return false;
  const query = Object.keys(step.query ?? {}).filter((key) => key !== 'includeObject');
  if (query.length > 0) return false;
  if (name === undefined && step.method === 'DELETE' && !kind.verbs.includes('deletecollection')) return false;
  return name !== undefined || ['GET', 'POST', 'DELETE'].includes(step.method);
}

function wire(body: KubeObject | KubeObject[], step: Step, kind: Kind): unknown {
  const metadata: Table['metadata'] = { resourceVersion: '7' };
  if (step.headers?.accept?.includes('as=Table')) {
    const includeObject = parseIncludeObject(step.query?.includeObject);
    return tableOf(kind, Array.isArray(body) ? body : [body], { now: NOW, includeObject, metadata });
  }
  if (!Array.isArray(body)) return body;
  const items = body.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  return { kind: `${kind.kind}List`, apiVersion, metadata, items };
}
