/** The same server over TLS and HTTP/2: several watches and requests share one connection. */
import { connect } from 'node:http2';
import { expect, it } from 'vitest';
import { openClusterPki } from '../../src/server/tls/cluster-pki.ts';
import { start } from './start.ts';

it('serves watches and requests on one connection, and says goodbye', async () => {
  const { ca, server: pair } = await openClusterPki({ now: Date.now() });
  const { server, port } = await start({ tls: { ...pair, ca } });
  const session = connect(`https://127.0.0.1:${port}`, { ca });
  const send = (path: string, method = 'GET', body?: object) => {
    const stream = session.request({
      ':path': path,
      ':method': method,
      authorization: 'Bearer admin',
      ...(body ? { 'content-type': 'application/json' } : {}),
    });
    stream.end(body && JSON.stringify(body));
    let text = '';
    stream.setEncoding('utf8');
    return new Promise<string>((resolve, reject) => {
      stream.on('data', (piece: string) => {
        text += piece;
      });
      stream.on('end', () => resolve(text));
      stream.on('error', reject);
    });
  };
  const maps = '/api/v1/namespaces/default/configmaps';
  const watches = [1, 2, 3].map(() => send(`${maps}?watch=1`));
  const list = JSON.parse(await send(maps));
  expect(list.items).toEqual([]);
  await send(maps, 'POST', { metadata: { name: 'm' }, data: { a: 'b' } });
  await server.close();
  for (const text of await Promise.all(watches)) {
    expect(JSON.parse(text)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'm' }, data: { a: 'b' } } });
  }
  session.close();
});
