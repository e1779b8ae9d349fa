/** What `everynode` says and how it ends when something is wrong: one sentence on stderr, a documented exit code, no stack. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import { NAMESPACES } from '../../src/core/kube/resource.ts';
import { everynode, PATIENCE, scene } from './everynode.ts';

vi.setConfig({ testTimeout: PATIENCE });
const world = scene('faults');
afterAll(world.clean);

interface Fault {
  readonly args: readonly string[];
  readonly code: number;
  readonly says: RegExp;
  readonly stdin?: string;
}

async function check({ args, code, says, stdin }: Fault): Promise<void> {
  const ended = await everynode(args, { env: { EVERYNODE_HOME: world.path('home') }, ...(stdin === undefined ? {} : { stdin }) });
  expect(ended.stderr).toMatch(says);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
  expect(ended.stderr).not.toContain('Warning');
  expect(ended).toMatchObject({ code, signal: null });
}

/** Writes a file and answers its path. */
function file(name: string, text: string): string {
  const path = join(mkdtempSync(world.path('file-')), name);
  writeFileSync(path, text);
  return path;
}

const up = (...args: string[]) => ['up', '--memory', '--port', '0', ...args];
const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: fine\n';
const NO_SELECTOR = `${CONFIG_MAP}---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  template:
    metadata:
      labels: {app: agent}
    spec:
      containers:
      - name: agent
        image: agent:1
`;

describe('what is wrong in files is said before anything runs', () => {
  const cases: Record<string, () => Fault> = {
    'an unknown controller': () => ({
      args: up('--controllers', '*,-bogus'),
      code: 2,
      says: /^everynode: --controllers: "bogus" is not in the list of known controllers: daemonset, .*\n$/,
    }),
    'an object without kind, from stdin': () => ({
      args: up('-f', '-'),
      stdin: 'apiVersion: v1\nmetadata: {name: x}\n',
      code: 2,
      says: /^everynode: -:1: kind is missing\n$/,
    }),
    'an unknown kind': () => ({
      args: up('-f', file('kind.yaml', `${CONFIG_MAP}---\napiVersion: v2\nkind: Thing\nmetadata: {name: x}\n`)),
      code: 2,
      says: /^everynode: \S*kind\.yaml:6: this server does not know kind Thing of v2\n$/,
    }),
    'an unknown field': () => ({
      args: up('-f', file('field.yaml', `${CONFIG_MAP}dta: {}\n`)),
      code: 2,
      says: /^everynode: \S*field\.yaml:1: .*unknown field "dta"\n$/,
    }),
    'a token file with a bad line': () => ({
      args: up('--token-auth-file', file('users.csv', 'a,b,c\n\nonly-token\n')),
      code: 2,
      says: /^everynode: \S*users\.csv:3: at least 3 columns are needed .*\n$/,
    }),
  };
  for (const [name, fault] of Object.entries(cases)) it(name, () => check(fault()));
});

describe('what the API refuses', () => {
  it('names document, line and reason, and the cluster stops', () =>
    check({
      args: up('-f', file('agent.yaml', NO_SELECTOR)),
      code: 1,
      says: /^everynode: \S*agent\.yaml:6: DaemonSet agent: DaemonSet\.apps "agent" is invalid: spec\.template\.metadata\.labels: .*\n$/,
    }));
});

describe('what is wrong with port and data', () => {
  it('says that the port is taken, and has made nothing', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const args = ['up', '--port', String(port), '--data', world.path('port')];
    await check({ args, code: 3, says: new RegExp(`^everynode: port ${port} is taken by another process.*\\n$`) });
    taken.close();
  });

  it('says that the data is in use, and by whom', async () => {
    const first = world.up(['--data', world.path('used'), '--nodes', '0']);
    await first.ready();
    const says = new RegExp(
      `^everynode: The data directory \\S+ is in use by another process \\(pid ${first.child.pid}\\).*\\n$`,
    );
    await check({ args: ['up', '--port', '0', '--data', world.path('used')], code: 4, says });
    await check({ args: ['reset', '-y', '--data', world.path('used')], code: 4, says });
    await first.stop();
    const database = world.path('used', 'everynode.db');
    const db = new DatabaseSync(database);
    const format = Number(Object.values(db.prepare('pragma user_version').get() ?? {})[0]);
    db.exec(`pragma user_version = ${format + 1}`);
    db.close();
    await check({
      args: ['up', '--port', '0', '--data', world.path('used')],
      code: 5,
      says: /^everynode: The database \S+ was written by a newer version .* nothing was changed\.\n$/,
    });
    const bytes = readFileSync(database);
    bytes.fill(0x5a, 0, 4096);
    writeFileSync(database, bytes);
    await check({
      args: ['up', '--port', '0', '--data', world.path('used')],
      code: 6,
      says: /^everynode: The database \S+ is damaged.* nothing was changed\.\n$/,
    });
    const removed = await everynode(['reset', '-y', '--data', world.path('used')]);
    expect(removed).toMatchObject({ code: 0, stderr: '' });
  });

  it('refuses a folder that holds something else, and a file', async () => {
    mkdirSync(world.path('foreign'));
    const db = new DatabaseSync(world.path('foreign', 'everynode.db'));
    db.exec('create table songs (name text)');
    db.close();
    const foreign = ['up', '--port', '0', '--data', world.path('foreign')];
    await check({ args: foreign, code: 6, says: /^everynode: The file \S+ is a database of another program.*\n$/ });
    const plain = ['up', '--port', '0', '--data', file('plain', 'text')];
    await check({ args: plain, code: 7, says: /^everynode: The data directory \S+ is a file.*\n$/ });
  });

  it('still says that the API is there after a bad start', async () => {
    const again = world.up(['--data', world.path('port'), '--nodes', '0']);
    const { kubeconfig } = await again.ready();
    const api = await connect({ file: kubeconfig });
    const names = (await api.list(NAMESPACES)).items.map(({ metadata }) => metadata.name);
    expect(names).toContain('everynode-system');
    api.close();
    await again.stop();
  });
});
