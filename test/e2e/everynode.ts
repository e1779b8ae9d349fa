/** Runs the real command line as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/everynode', import.meta.url));
export const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** How long a test of processes may take on a machine that is busy with others, in milliseconds. */
export const PATIENCE = 120_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The ready line of `--output json`. */
export interface Ready {
  readonly ready: boolean;
  readonly server: string;
  readonly kubeconfig: string;
  readonly token: string;
  readonly caFile: string;
  readonly nodes: number;
}

export interface RunOptions {
  /** The Node that runs `bin/everynode`; the one of the tests when absent. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly cwd?: string;
}

/** One process and what it has said so far. */
export class Everynode {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], options: RunOptions = {}) {
    const { node = process.execPath, env = {}, stdin = '', cwd } = options;
    this.child = spawn(node, [BIN, ...args], {
      env: { ...process.env, NODE_OPTIONS: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.child.stdin?.end(stdin);
    this.child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code,
      signal,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** The ready line; rejects with what the process said when it ends before. */
  async ready(): Promise<Ready> {
    await this.says(/\n/);
    return JSON.parse(this.stdout) as Ready;
  }

  /** Resolves once stdout matches; rejects with what the process said when it ends before. */
  async says(pattern: RegExp): Promise<void> {
    if (pattern.test(this.stdout)) return;
    await new Promise<void>((resolve, reject) => {
      this.child.stdout?.on('data', () => pattern.test(this.stdout) && resolve());
      void this.ended.then(({ code, stderr, stdout }) => reject(new Error(`ended with ${code}: ${stderr}\n${stdout}`)));
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Runs a command to its end. */
export function everynode(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Everynode(args, options).ended;
}

/** A folder that a test file's processes share, and a list of what still runs; `clean` ends and removes all of it. */
export function scene(name: string) {
  const dir = mkdtempSync(join(tmpdir(), `everynode-e2e-${name}-`));
  const running: Everynode[] = [];
  return {
    dir,
    path: (...parts: string[]) => join(dir, ...parts),
    /** `up --port 0 --output json` with further options. */
    up(args: readonly string[], options: RunOptions = {}): Everynode {
      const started = new Everynode(['up', '--port', '0', '--output', 'json', ...args], options);
      running.push(started);
      return started;
    },
    start(args: readonly string[], options: RunOptions = {}): Everynode {
      const started = new Everynode(args, options);
      running.push(started);
      return started;
    },
    async clean() {
      for (const { child } of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await Promise.all(running.map(({ ended }) => ended));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
