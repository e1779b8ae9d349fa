/**
 * The tutorial and the how-tos, run as written: `sh` blocks are what runs in other terminals (with a free port and without
 * `npm ci`), `console` blocks are typed one after the other. A command may fail only where the page shows its error.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Everynode, PATIENCE, scene } from './everynode.ts';
import { kubectlBinary } from './kubectl-binary.ts';

vi.setConfig({ testTimeout: 3 * PATIENCE, hookTimeout: PATIENCE });
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const world = scene('docs');
afterAll(world.clean);
let kubectl: string | undefined;
beforeAll(async () => {
  const binary = await kubectlBinary('1.36');
  if ('path' in binary) kubectl = binary.path;
});

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }));
}

interface Typed {
  readonly command: string;
  readonly mayFail: boolean;
}

/** `$ command`, and whether the page shows an error after it. */
function typedIn({ text }: Block): Typed[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) =>
    line.startsWith('$ ') ? [{ command: line.slice(2), mayFail: lines[i + 1]?.startsWith('error: ') === true }] : [],
  );
}

/** A home with kubectl in its path and a work folder that looks like ours. */
function visitor(name: string) {
  const home = world.path(name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  if (kubectl) symlinkSync(kubectl, join(home, 'bin', 'kubectl'));
  for (const folder of ['examples', 'package.json']) symlinkSync(join(ROOT, folder), join(home, folder));
  writeFileSync(join(home, 'bin', 'everynode'), `#!/bin/sh\nexec '${process.execPath}' '${ROOT}bin/everynode' "$@"\n`, {
    mode: 0o755,
  });
  const path = `${join(home, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`;
  return { home, env: { ...process.env, HOME: home, PATH: path, EVERYNODE_HOME: undefined, KUBECONFIG: undefined } };
}

/** What stands in an `sh` block, for a machine on which others work too. */
function background(text: string): string[] {
  const command = text.trim().replace('npm ci && npm start', 'everynode up -f examples/node-exporter.yaml');
  const args = command
    .replace(/^(bin\/)?everynode /, '')
    .replaceAll("'", '')
    .replaceAll('~', '$HOME')
    .split(' ');
  return args[0] === 'up' ? [...args, '--port', '0', '--output', 'json'] : args;
}

async function check(page: string): Promise<void> {
  const { home, env } = visitor(page.replaceAll(/\W/g, '-'));
  const running: Everynode[] = [];
  const typed: Typed[] = [];
  for (const block of blocksOf(readFileSync(join(ROOT, 'docs', page), 'utf8'))) {
    const file = /^# ([\w-]+\.yaml)\n/.exec(block.text)?.[1];
    if (block.language === 'yaml' && file) writeFileSync(join(home, file), block.text);
    if (block.language === 'console') typed.push(...typedIn(block));
    if (block.language !== 'sh') continue;
    const args = background(block.text).map((arg) => arg.replace('$HOME', home));
    const started = world.start(args, { env, cwd: home });
    running.push(started);
    await started.says(args[0] === 'up' ? /"ready":true/ : /acting\./);
  }
  expect(typed.length).toBeGreaterThan(2);
  const script = typed.map(({ command, mayFail }) => (mayFail ? `! { ${command}; } || exit 1` : `${command} || exit 1`));
  const traced = script.flatMap((line, i) => [
    `echo ${JSON.stringify(`@${i}`)}`,
    line.replace(/ & cluster=\$! \|\| exit 1$/, ' & cluster=$!'),
  ]);
  const shell = spawn('bash', ['-c', traced.join('\n')], { env, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (said += chunk));
  const [code] = await once(shell, 'close');
  const last = typed[Number([...said.matchAll(/^@(\d+)$/gm)].at(-1)?.[1] ?? 0)]?.command;
  expect(code, `${page}: ${last}\n${said}`).toBe(0);
  for (const one of running.reverse()) expect((await one.stop()).code).toBe(0);
}

/** Needs Prometheus and its minutes: `test/metrics/prometheus.test.ts` walks it. */
const ELSEWHERE = new Set(['prometheus.md']);
const howTos = readdirSync(join(ROOT, 'docs/how-to')).filter((name) => !ELSEWHERE.has(name));
const PAGES = ['tutorial/first-daemonset.md', ...howTos.map((name) => `how-to/${name}`)];

describe('the pages work as written', () => {
  for (const page of PAGES) {
    it.concurrent(page, async ({ skip }) => {
      if (!kubectl) skip('kubectl could not be fetched');
      await check(page);
    });
  }
});
