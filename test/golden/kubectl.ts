/** Runs a real kubectl against a test cluster and keeps the transcript. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { normalise } from './normalise.ts';

export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface RunOptions {
  stdin?: string;
  env?: Record<string, string>;
  /** Sorts the lines of the output, for what comes in no order of its own. */
  sorted?: boolean;
  /** What it prints, and whether it fails, is a matter of timing and is not written down. */
  timing?: boolean;
  /** Takes out of command and output what this run alone is about, such as a generated name. */
  mask?: (text: string) => string;
  /** A last touch on the output before it is written down. */
  edit?: (text: string) => string;
}

/** A `kubectl … -w` that is running. */
export interface Watching {
  /** Resolves when the output holds this. */
  seen(pattern: RegExp): Promise<void>;
  /** Ends the command, and writes down what it printed. */
  end(): Promise<void>;
}

/** Where the manifests lie that the scripts name: every kubectl runs there. */
const MANIFESTS = fileURLToPath(new URL('./manifests', import.meta.url));
/** Milliseconds after which a command, or a line of a watch, counts as never coming. */
const PATIENCE = 60_000;

export class Kubectl {
  readonly #binary: string;
  readonly #home: string;
  readonly #env: Record<string, string>;
  readonly #lines: string[] = [];

  constructor(binary: string, kubeconfig: string) {
    this.#binary = binary;
    // A home of its own: kubectl caches discovery there.
    this.#home = mkdtempSync(join(tmpdir(), 'everynode-kubectl-home-'));
    this.#env = { PATH: process.env.PATH ?? '', HOME: this.#home, KUBECONFIG: kubeconfig };
  }

  /** Runs without a trace in the transcript. The command is read as a shell would: blanks part words, single quotes hold them together. */
  async run(command: string, options: RunOptions = {}): Promise<Answer> {
    const { child, output, closed } = this.#start(command, options);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, PATIENCE);
    child.stdin?.end(options.stdin ?? '');
    const exitCode = await closed;
    clearTimeout(timer);
    if (late)
      throw new Error(`kubectl ${command} did not end within ${PATIENCE} ms; it printed: ${output.stdout}${output.stderr}`);
    return { ...output, exitCode };
  }

  /** Runs, and writes command, output and exit code down. */
  async show(command: string, options: RunOptions = {}): Promise<Answer> {
    const answer = await this.run(command, options);
    this.#write(command, answer, options);
    return answer;
  }

  /** Starts a command that does not end by itself. */
  watch(command: string, options: RunOptions = {}): Watching {
    const { child, output, closed } = this.#start(command, options);
    return {
      seen: (pattern) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => {
            child.kill('SIGKILL');
            reject(new Error(`kubectl ${command} never printed ${pattern}, but: ${output.stdout}${output.stderr}`));
          }, PATIENCE);
          const look = () => {
            if (!pattern.test(output.stdout)) return;
            clearTimeout(timer);
            child.stdout?.off('data', look);
            resolve();
          };
          child.stdout?.on('data', look);
          look();
        }),
      end: async () => {
        child.kill('SIGTERM');
        await closed;
        this.#write(command, { ...output, exitCode: 0 }, options);
      },
    };
  }

  /** Writes a remark into the transcript. */
  say(text: string): void {
    this.#lines.push(`# ${text}`, '');
  }

  transcript(): string {
    return `${this.#lines.join('\n').trimEnd()}\n`;
  }

  dispose(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }

  #start(
    command: string,
    options: RunOptions,
  ): { child: ChildProcess; output: { stdout: string; stderr: string }; closed: Promise<number> } {
    const child = spawn(this.#binary, words(command), {
      cwd: MANIFESTS,
      env: { ...this.#env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output.stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output.stderr += chunk;
    });
    const closed = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? -1));
    });
    return { child, output, closed };
  }

  /** The command as it was typed, variables of the environment before it. */
  #write(command: string, { stdout, stderr, exitCode }: Answer, options: RunOptions): void {
    const { env = {}, sorted = false, timing = false, edit = (text) => text, mask = (text) => text } = options;
    const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)} `);
    this.#lines.push(`$ ${variables.join('')}kubectl ${mask(command)}`);
    for (const text of timing ? ['…'] : [stdout, stderr]) {
      if (text.trim() === '') continue;
      const lines = edit(mask(normalise(text)))
        .trimEnd()
        .split('\n');
      this.#lines.push(...(sorted ? lines.sort() : lines));
    }
    if (exitCode !== 0 && !timing) this.#lines.push(`[exit ${exitCode}]`);
    this.#lines.push('');
  }
}

function words(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

function quoted(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text}'`;
}
