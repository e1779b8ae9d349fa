/** The API server's verbs on a memory store, without HTTP: what controllers in the process talk to. */
import type { Kind } from '../../src/core/api/kind.ts';
import { KINDS } from '../../src/core/api/kinds/all.ts';
import { readPatchValue } from '../../src/core/api/patch/apply-patch.ts';
import { removeOptionsFromBody } from '../../src/core/api/rest/delete-options.ts';
import { compileSelection } from '../../src/core/api/rest/selection.ts';
import { decodeValue } from '../../src/core/api/schema/body.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { NAMESPACES, type ResourceRef } from '../../src/core/kube/resource.ts';
import type { Clock, KubeApi } from '../../src/ports.ts';
import { prefixOf, Registry, served } from '../../src/server/registry.ts';
import { createObject } from '../../src/server/rest/create.ts';
import { listEntries, readEntry } from '../../src/server/rest/list.ts';
import { patchStored } from '../../src/server/rest/patch.ts';
import { removalAnswer, removeObject } from '../../src/server/rest/remove.ts';
import { updateObject } from '../../src/server/rest/update.ts';
import { openMemoryStore } from '../../src/server/store/memory.ts';
import { seenEvent } from '../../src/server/watch-events.ts';
import { SeededRandom } from '../sim/virtual-clock.ts';
import { silentLog } from './scripted-api.ts';

const bare = (group: string, plural: string, kind: string): Kind => ({
  group,
  version: 'v1',
  kind,
  plural,
  singular: kind.toLowerCase(),
  namespaced: true,
  verbs: [],
  subresources: [
    {
      name: 'status',
      verbs: [],
      prepareUpdate: (next, old) => {
        const { status } = next;
        for (const k of Object.keys(next)) delete next[k];
        Object.assign(next, structuredClone(old), { status });
      },
    },
  ],
  schema: group ? `io.k8s.api.apps.v1.${kind}` : `io.k8s.api.core.v1.${kind}`,
  prepareCreate: (object) => {
    object.metadata.generation = 1;
    delete object.status;
  },
  prepareUpdate: (next, old) => {
    if (old.status) next.status = old.status;
    next.metadata.generation = (old.metadata.generation ?? 0) + (JSON.stringify(next.spec) === JSON.stringify(old.spec) ? 0 : 1);
  },
  validateCreate: () => [],
  validateUpdate: () => [],
  columns: [],
  ...(plural === 'pods' ? { grace: (_o: KubeObject, r: number | undefined) => r ?? 30 } : {}),
});

export async function memoryApi(clock: Clock): Promise<KubeApi> {
  const parts = {
    store: openMemoryStore(),
    registry: new Registry([
      ...KINDS,
      bare('', 'pods', 'Pod'),
      bare('apps', 'daemonsets', 'DaemonSet'),
      bare('apps', 'controllerrevisions', 'ControllerRevision'),
    ]),
    clock,
    random: new SeededRandom(3),
    log: silentLog,
  };
  const scope = (ref: ResourceRef, namespace?: string) => ({
    parts,
    kind: parts.registry.find(ref)!,
    namespace,
    user: { name: 'admin', groups: ['system:masters'] },
    agent: 'test',
    warn: () => {},
  });
  const opts = (how: { dryRun?: boolean; fieldManager?: string } = {}) => ({
    dryRun: how.dryRun ?? false,
    fieldManager: how.fieldManager,
    fieldValidation: 'Ignore' as const,
    force: false,
  });
  const decode = (ref: ResourceRef, object: KubeObject) => {
    return decodeValue(structuredClone(object), parts.registry.find(ref)!, { mode: 'Ignore' }).object;
  };
  const sub = (ref: ResourceRef, name?: string) => parts.registry.find(ref)!.subresources.find((one) => one.name === name);
  const api: KubeApi = {
    get: async (ref, key) => served(parts.registry.find(ref)!, readEntry(scope(ref, key.namespace), key.name).value) as never,
    list: async (ref, options = {}) => {
      const page = listEntries(scope(ref, options.namespace), {
        labelSelector: options.labelSelector ?? '',
        fieldSelector: options.fieldSelector ?? '',
        watch: false,
        allowWatchBookmarks: false,
        resourceVersion: '',
        resourceVersionMatch: '',
        timeoutSeconds: undefined,
        limit: 0,
        continue: '',
        sendInitialEvents: undefined,
      });
      return { metadata: { resourceVersion: String(page.revision) }, items: page.entries.map(({ value }) => value) } as never;
    },
    watch(ref, options, sink) {
      const kind = parts.registry.find(ref)!;
      const selection = compileSelection(kind, options.labelSelector ?? '', options.fieldSelector ?? '');
      return parts.store.watch(prefixOf(kind, options.namespace), Number(options.resourceVersion), (batch) => {
        const events = batch.flatMap((event) => {
          const seen = seenEvent(kind, selection, event);
          return seen ? [{ type: seen.type, object: served(kind, seen.state.value) }] : [];
        });
        if (events.length > 0) sink.events(events as never);
      });
    },
    create: (ref, object, how) =>
      createObject(scope(ref, object.metadata.namespace), () => decode(ref, object), opts(how)) as never,
    update: async (ref, object, how) =>
      (
        await updateObject(
          scope(ref, object.metadata.namespace),
          { name: object.metadata.name!, subresource: sub(ref, how?.subresource) },
          decode(ref, object),
          opts(how),
        )
      ).object as never,
    patch: async (ref, key, patch, how) =>
      (
        await patchStored(
          scope(ref, key.namespace),
          { name: key.name, subresource: sub(ref, how?.subresource) },
          readPatchValue(patch.type as never, patch.body),
          opts(how),
        )
      ).object as never,
    delete: async (ref, key, how = {}) => {
      const where = scope(ref, key.namespace);
      return removalAnswer(where.kind, key.name, await removeObject(where, key.name, removeOptionsFromBody({ ...how }))) as never;
    },
  };
  await api.create(NAMESPACES, { metadata: { name: 'default' } });
  return api;
}
