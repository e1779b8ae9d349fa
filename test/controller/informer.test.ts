/** The informer: what it says of every way a list and a watch can go. */
import { expect, test } from 'vitest';
import { startInformer } from '../../src/controller/informer.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { NODES } from '../../src/core/kube/resource.ts';
import { SeededRandom, settle, VirtualClock } from '../sim/virtual-clock.ts';
import { type ScriptedApi, scriptedApi, silentLog } from './scripted-api.ts';

const node = (name: string, resourceVersion: string, uid = name): KubeObject => ({ metadata: { name, uid, resourceVersion } });
const gone = new ApiError(410, 'Expired', 'too old resource version');

type Step = (api: ScriptedApi, clock: VirtualClock) => unknown;

interface Case {
  steps: Step[];
  /** `+name@version`, `~name@version` with the one before it, `-name@version`, `synced`. */
  hears: string[];
  calls: string[];
}

async function check({ steps, hears, calls }: Case): Promise<void> {
  const api = scriptedApi();
  const clock = new VirtualClock();
  const heard: string[] = [];
  const text = ({ metadata }: KubeObject) => `${metadata.name}@${metadata.resourceVersion}`;
  startInformer(
    { api, ref: NODES, clock, random: new SeededRandom(1), log: silentLog },
    {
      changed: (object, previous) =>
        heard.push(previous ? `~${text(previous)}→${object.metadata.resourceVersion}` : `+${text(object)}`),
      deleted: (object) => heard.push(`-${text(object)}`),
      synced: () => heard.push('synced'),
    },
  );
  for (const step of steps) {
    await step(api, clock);
    await settle(2);
  }
  expect(heard).toEqual(hears);
  expect(api.calls).toEqual(calls);
}

const listed: Step = (api) => api.answer('10', node('a', '3'), node('b', '4'));
const start = ['+a@3', '+b@4', 'synced'];
const wait =
  (ms: number): Step =>
  (_, clock) =>
    clock.advance(ms);

const CASES: Record<string, Case> = {
  'list, then watch from its revision': {
    steps: [listed, (api) => api.send(['ADDED', node('c', '11')], ['MODIFIED', node('a', '12')], ['DELETED', node('b', '13')])],
    hears: [...start, '+c@11', '~a@3→12', '-b@13'],
    calls: ['list', 'watch 10'],
  },
  'a watch the server ended is resumed after the last event, bookmarks included': {
    steps: [listed, (api) => api.send(['MODIFIED', node('a', '12')], ['BOOKMARK', node('', '20')]), (api) => api.close()],
    hears: [...start, '~a@3→12'],
    calls: ['list', 'watch 10', 'watch 20'],
  },
  'a broken watch is resumed after a pause': {
    steps: [listed, (api) => api.close(new Error('reset')), wait(700), (api) => expect(api.calls.length).toBe(2), wait(900)],
    hears: start,
    calls: ['list', 'watch 10', 'watch 10'],
  },
  'an expired watch lists again and tells the differences': {
    steps: [
      listed,
      (api) => api.send(['ADDED', node('c', '11')]),
      (api) => api.close(gone),
      (api) => api.answer('50', node('a', '3'), node('c', '40'), node('d', '41')),
      (api) => api.send(['DELETED', node('d', '51')]),
    ],
    hears: [...start, '+c@11', '~c@11→40', '+d@41', '-b@4', '-d@51'],
    calls: ['list', 'watch 10', 'list', 'watch 50'],
  },
  'a namesake is another object, in a watch and in a list': {
    steps: [
      listed,
      (api) => api.send(['MODIFIED', node('a', '12', 'other')]),
      (api) => api.close(gone),
      (api) => api.answer('50', node('a', '12', 'other'), node('b', '40', 'new')),
    ],
    hears: [...start, '-a@3', '+a@12', '-b@4', '+b@40'],
    calls: ['list', 'watch 10', 'list', 'watch 50'],
  },
  'an event that was seen already says nothing': {
    steps: [listed, (api) => api.send(['ADDED', node('a', '3')], ['DELETED', node('z', '12')])],
    hears: start,
    calls: ['list', 'watch 10'],
  },
  'a server restored to a time before ours is listed again': {
    steps: [
      listed,
      (api) => api.close(new ApiError(504, 'Timeout', 'Too large resource version: 10, current: 2')),
      wait(2000),
      (api) => api.answer('2', node('a', '1')),
    ],
    hears: [...start, '~a@3→1', '-b@4'],
    calls: ['list', 'watch 10', 'list', 'watch 2'],
  },
  'a list that fails is tried again for ever, synced is said once': {
    steps: [
      (api) => api.refuse(new ApiError(500, 'InternalError', 'boom')),
      wait(1600),
      (api) => api.refuse(new ApiError(403, 'Forbidden', 'no')),
      wait(3200),
      listed,
      (api) => api.send(['ADDED', node('c', '11')]),
      (api) => api.close(gone),
      (api) => api.answer('11', node('a', '3'), node('b', '4'), node('c', '11')),
    ],
    hears: [...start, '+c@11'],
    calls: ['list', 'list', 'list', 'watch 10', 'list', 'watch 11'],
  },
  'a server that ends every watch at once is not hammered': {
    steps: [
      listed,
      (api) => api.close(),
      (api) => expect(api.calls.length).toBe(2),
      wait(1600),
      (api) => api.close(),
      wait(1),
      wait(3300),
    ],
    hears: start,
    calls: ['list', 'watch 10', 'watch 10', 'watch 10'],
  },
};

for (const [name, one] of Object.entries(CASES)) test(name, () => check(one));

test('pauses grow to half a minute, twice that with bad luck', async () => {
  const api = scriptedApi();
  const clock = new VirtualClock();
  startInformer(
    { api, ref: NODES, clock, random: { next: () => 0, uuid: () => '' }, log: silentLog },
    { changed: () => {}, deleted: () => {}, synced: () => {} },
  );
  const began: number[] = [];
  for (let round = 0; round < 9; round++) {
    const calls = api.calls.length;
    api.refuse(new Error('away'));
    const from = clock.now();
    await clock.until(() => api.calls.length > calls, 120_000, 100);
    began.push(clock.now() - from);
  }
  expect(began).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 30_000]);
});

test('a stopped informer is silent', async () => {
  const api = scriptedApi();
  const heard: unknown[] = [];
  const clock = new VirtualClock();
  const sink = { changed: (object: unknown) => heard.push(object), deleted: () => {}, synced: () => heard.push('synced') };
  const options = { api, ref: NODES, clock, random: new SeededRandom(1), log: silentLog };
  const early = startInformer(options, sink);
  early();
  await listed(api, clock);
  await settle();
  const late = startInformer(options, sink);
  api.answer('1');
  await settle();
  late();
  api.send(['ADDED', node('a', '3')]);
  api.close();
  await clock.advance(60_000);
  expect(heard).toEqual(['synced']);
  expect(api.calls).toEqual(['list', 'list', 'watch 1', 'stop']);
});
