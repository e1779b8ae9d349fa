/** Runs a real kubectl against a test cluster and keeps the transcript. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normalise } from './normalise.ts';

export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface RunOptions {
  stdin?: string;
  env?: Record<string, string>;
  /** Ends the command once its output holds this: for `-w`. */
  until?: RegExp;
}

export class Kubectl {
  readonly #binary: string;
  readonly #env: Record<string, string>;
  readonly #lines: string[] = [];

  constructor(binary: string, kubeconfig: string) {
    this.#binary = binary;
    // A home of its own: kubectl caches discovery there.
    this.#env = {
      PATH: process.env.PATH ?? '',
      HOME: mkdtempSync(join(tmpdir(), 'everynode-kubectl-home-')),
      KUBECONFIG: kubeconfig,
    };
  }

  /** Runs without a trace in the transcript. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.#binary, args, { env: { ...this.#env, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
        if (options.until?.test(stdout)) child.kill('SIGTERM');
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ stdout, stderr, exitCode: code ?? (options.until ? 0 : -1) }));
      child.stdin.end(options.stdin ?? '');
    });
  }

  /** Runs, and writes command, output and exit code down. Arguments with spaces show in quotes. */
  async show(args: readonly string[], options: RunOptions = {}): Promise<Answer> {
    const answer = await this.run(args, options);
    const command = args.map((arg) => (/^[\w@%+=:,./~-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ');
    this.#lines.push(`$ kubectl ${command}`);
    for (const text of [answer.stdout, answer.stderr]) if (text !== '') this.#lines.push(normalise(text).trimEnd());
    if (answer.exitCode !== 0) this.#lines.push(`[exit ${answer.exitCode}]`);
    this.#lines.push('');
    return answer;
  }

  /** Writes a remark into the transcript. */
  say(text: string): void {
    this.#lines.push(`# ${text}`, '');
  }

  transcript(): string {
    return `${this.#lines.join('\n').trimEnd()}\n`;
  }
}
