/** `everynode up`: starts the laptop cluster and stays until it is told to stop. */
import { type Command, InvalidArgumentError } from 'commander';
import type { ClusterConfig } from './cluster-config.ts';
import { clusterHome } from './cluster-home.ts';
import { type ClusterPlan, DEFAULT_POOLS, type UpOptions } from './cluster-plan.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { nodePool } from './node-pool.ts';
import { listenForStop } from './signals.ts';

const DEFAULT_PORT = 6443;

export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('start the laptop cluster; Ctrl-C stops it, "up" again resumes it')
    .option('--name <name>', 'name of the cluster', 'default')
    .option('--nodes <n>', 'that many workers instead of the default four nodes; 0 is an empty cluster', wholeNumber(20_000))
    .option('--config <cluster.yaml>', 'node pools from a file')
    .option('--port <port>', 'port of the API server; 0 takes a free one', wholeNumber(65_535), DEFAULT_PORT)
    .option('--metrics-port <port>', 'serve metrics for Prometheus there, on 127.0.0.1; 0 takes a free one', wholeNumber(65_535))
    .option('--data <dir>', 'data directory (default: $EVERYNODE_HOME/<name> or ~/.everynode/<name>)')
    .option('--memory', 'keep nothing: a store in memory')
    .option('--kubeconfig <file>', 'where to write the kubeconfig (default: in the data directory)')
    .option('--profile <profile>', 'handbook, or kubernetes for upstream v1.36', oneOf(['handbook', 'kubernetes']), 'handbook')
    .option('--controllers <list>', 'controllers to run, as in kube-controller-manager: "*,-nodelifecycle"', '*')
    .option('--token-auth-file <file>', 'further users, as in kube-apiserver: token,user,uid,"group1,group2"')
    .option('-f, --file <file>', 'manifests to apply when the cluster is up: a file, a folder, or - (repeatable)', collect, [])
    .option('--output <format>', 'json: one line on stdout when all is ready', oneOf(['json']))
    .addHelpText(
      'after',
      `
Examples:
  everynode up                                          four nodes, data in ~/.everynode/default
  everynode up -f examples/node-exporter.yaml           the same, with a DaemonSet
  everynode up --nodes 100 --memory --port 0            a hundred workers, gone when it stops
  everynode up --config cluster.yaml --name gpu         node pools of your own
  everynode up --profile kubernetes                     as upstream behaves
  everynode up --nodes 0 --controllers ''               a bare API server

cluster.yaml:
  apiVersion: everynode.dev/v1
  kind: Cluster
  nodePools:
  - name: worker-{n}
    count: 3
    arch: arm64
    labels: {topology.kubernetes.io/zone: a}
  - name: gpu-{n}
    count: 2
    labels: {accelerator: nvidia-tesla-t4}
    taints: ["dedicated=gpu:NoSchedule"]
    capacity: {cpu: 16, memory: 64Gi}
    simulation: {startDelay: 2s-5s}`,
    )
    .action(up);
}

async function up(options: UpOptions): Promise<void> {
  const home = clusterHome(options.name, options.data);
  const plan = await planOf(options);
  const { readManifests } = await import('./manifest-files.ts');
  const manifests = readManifests(options.file);
  const stop = listenForStop();
  const { openData } = await import('./data.ts');
  // The database opens in a thread of its own while this one loads the rest of the program.
  const opening = openData(options, home);
  opening.catch(() => {});
  const { runUp } = await import('./run-up.ts');
  await runUp({ options, home, plan, manifests, opening, stop });
}

async function planOf(options: UpOptions): Promise<ClusterPlan> {
  if (options.config !== undefined && options.nodes !== undefined) {
    throw new CommandError('--nodes and --config both say which nodes there are: give one of them', EXIT.usage);
  }
  if (options.config !== undefined) {
    const { readClusterConfig } = await import('./cluster-config.ts');
    const config: ClusterConfig = readClusterConfig(options.config);
    return { pools: config.nodePools, simulation: config.simulation, asked: true };
  }
  if (options.nodes === undefined) return { pools: DEFAULT_POOLS, simulation: [], asked: false };
  return {
    pools: options.nodes === 0 ? [] : [nodePool({ name: 'worker-{n}', count: options.nodes })],
    simulation: [],
    asked: true,
  };
}

function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value > max) throw new InvalidArgumentError(`it must be a whole number from 0 to ${max}.`);
    return value;
  };
}

function oneOf(values: readonly string[]): (text: string) => string {
  return (text) => {
    if (!values.includes(text)) throw new InvalidArgumentError(`it must be one of: ${values.join(', ')}.`);
    return text;
  };
}

function collect(file: string, files: string[]): string[] {
  return [...files, file];
}
