/** Watches over HTTP: events, ends, errors, silence. */
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { fixedConnection } from '../../src/client/connection.ts';
import { httpsApi } from '../../src/client/https-api.ts';
import { LineSplitter } from '../../src/client/line-splitter.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import { NODES } from '../../src/core/kube/resource.ts';
import { VirtualClock } from '../sim/virtual-clock.ts';
import { scriptedServer } from './scripted-server.ts';

interface Case {
  serve(response: ServerResponse): void;
  /** `TYPE name` of each event, then how it ended. */
  hears: string[];
}

const line = (type: string, name: string) =>
  `${JSON.stringify({ type, object: { metadata: { name, resourceVersion: '9' } } })}\n`;
const told = (error: Error | undefined) =>
  error === undefined
    ? 'end'
    : error instanceof ApiError
      ? `${error.code} ${error.reason}`
      : `error: ${error.message.replace(/.*: /, '')}`;

async function check({ serve, hears }: Case): Promise<void> {
  const server = await scriptedServer([serve]);
  const api = httpsApi(fixedConnection(server.url), { clock: new VirtualClock(), random: { next: () => 0.5, uuid: () => 'u' } });
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    api.watch(
      NODES,
      { resourceVersion: '5' },
      {
        events: (batch) => heard.push(...batch.map(({ type, object }) => `${type} ${object.metadata.name}`)),
        closed: (error) => {
          heard.push(told(error));
          resolve();
        },
      },
    );
  });
  expect(heard).toEqual(hears);
  expect(server.seen[0]?.line).toBe('GET /api/v1/nodes?watch=true&allowWatchBookmarks=true&timeoutSeconds=450&resourceVersion=5');
  api.close();
  await server.close();
}

const CASES: Record<string, Case> = {
  'events, then the end': {
    serve: (response) => response.end(line('ADDED', 'a') + line('BOOKMARK', 'b') + line('DELETED', 'a')),
    hears: ['ADDED a', 'BOOKMARK b', 'DELETED a', 'end'],
  },
  'an ERROR event ends it, and what came before still counts': {
    serve: (response) =>
      response.end(
        `${line('ADDED', 'a')}${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } })}\n`,
      ),
    hears: ['ADDED a', '410 Expired'],
  },
  'a refusal': {
    serve: (response) =>
      response.writeHead(403).end(JSON.stringify({ kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' })),
    hears: ['403 Forbidden'],
  },
  'a cut in the middle of an event': {
    serve: (response) => response.end(line('ADDED', 'a') + line('ADDED', 'b').slice(0, 20)),
    hears: ['ADDED a', 'error: the watch ended in the middle of an event'],
  },
  'a connection that breaks': {
    serve: (response) => response.write(line('ADDED', 'a'), () => response.destroy()),
    hears: ['ADDED a', 'error: aborted'],
  },
  'something that is no JSON': {
    serve: (response) => response.end(`${line('ADDED', 'a')}hello\n`),
    hears: ['ADDED a', 'error: hello'],
  },
};

for (const [name, one] of Object.entries(CASES)) test(name, () => check(one));

test('a watch that says nothing for three minutes is dead, one that speaks is not', async () => {
  let response: ServerResponse | undefined;
  const server = await scriptedServer([
    (stream) => {
      response = stream;
      stream.write(line('ADDED', 'a'));
    },
  ]);
  const clock = new VirtualClock();
  const api = httpsApi(fixedConnection(server.url), { clock, random: { next: () => 0, uuid: () => 'u' } });
  let events = 0;
  let closed: Error | undefined;
  api.watch(
    NODES,
    { resourceVersion: '5' },
    {
      events: (batch) => {
        events += batch.length;
      },
      closed: (error) => {
        closed = error;
      },
    },
  );
  await clock.until(() => events === 1, 10_000, 1);
  await clock.advance(170_000);
  response?.write(line('BOOKMARK', 'b'));
  await clock.until(() => events === 2, 5_000, 1);
  await clock.advance(170_000);
  expect(closed).toBeUndefined();
  await clock.advance(11_000);
  expect(closed?.message).toBe(
    '/api/v1/nodes?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=5: the watch was silent for 180 seconds',
  );
  await server.close();
});

test('a stopped watch hears nothing more', async () => {
  const server = await scriptedServer([(stream) => void stream.write(line('ADDED', 'a'))]);
  const clock = new VirtualClock();
  const api = httpsApi(fixedConnection(server.url), { clock, random: { next: () => 0, uuid: () => 'u' } });
  let heard = 0;
  const stop = api.watch(NODES, { resourceVersion: '5' }, { events: () => heard++, closed: () => heard++ });
  await clock.until(() => heard === 1, 10_000, 1);
  stop();
  await clock.advance(200_000);
  expect(heard).toBe(1);
  expect(clock.pending).toBe(0);
  await server.close();
});

test('lines are put together from any cut, letters of several bytes included', () => {
  const text = Buffer.from('{"a":"für"}\n\n{"b":"日本"}\n{"rest');
  for (let size = 1; size <= text.length; size++) {
    const splitter = new LineSplitter();
    const lines: string[] = [];
    for (let at = 0; at < text.length; at += size) lines.push(...splitter.push(text.subarray(at, at + size)));
    expect(lines).toEqual(['{"a":"für"}', '{"b":"日本"}']);
    expect(splitter.rest()).toBe('{"rest');
  }
});
