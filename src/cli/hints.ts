/** What a person can do next with a cluster that has just started. */
import { isAbsolute, relative } from 'node:path';
import { clusterFlags } from './cluster-home.ts';
import type { UpOptions } from './cluster-plan.ts';

export interface HintsAbout {
  readonly options: Pick<UpOptions, 'name' | 'data' | 'memory'>;
  readonly kubeconfig: string;
  /** Any node's name, where there is one. */
  readonly node: string | undefined;
}

/** Lines to copy; `script` and `cwd` say how the program was started, so that its own commands are found the same way. */
export function hints({ options, kubeconfig, node }: HintsAbout, script = process.argv[1] ?? '', cwd = process.cwd()): string {
  const flags = clusterFlags(options, kubeconfig);
  const lines = [
    'kubectl get pods -A -o wide',
    ...(node ? [`kubectl taint node ${node} maintenance=true:NoExecute`, `kubectl taint node ${node} maintenance-`] : []),
    `${programName(script, cwd)} node add another-1${flags}`,
  ];
  return `
Connect:
  export KUBECONFIG=${kubeconfig}
  kubectl get nodes

Try:
${lines.map((line) => `  ${line}`).join('\n')}
Ctrl-C stops the cluster.`;
}

/** `bin/everynode` in the folder of the project, plain `everynode` where it is installed. */
function programName(script: string, cwd: string): string {
  const path = relative(cwd, script);
  return path === '' || path.startsWith('..') || isAbsolute(path) ? 'everynode' : path;
}
