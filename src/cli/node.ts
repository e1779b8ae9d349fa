/** `everynode node add|remove|stop|start`: the nodes of a running laptop cluster. */
import type { Command } from 'commander';
import { ApiError } from '../core/api/api-error.ts';
import type { Node, Taint } from '../core/kube/objects.ts';
import { tryQuantity } from '../core/kube/quantity.ts';
import { NODES } from '../core/kube/resource.ts';
import { POWER, SIMULATED } from '../core/node/node-object.ts';
import type { KubeApi } from '../ports.ts';
import { clusterHome } from './cluster-home.ts';
import { connect } from './connect.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { parseLabels, parseTaint, type Read } from './taint-text.ts';

interface Common {
  name: string;
  data?: string;
  kubeconfig?: string;
}

interface AddOptions extends Common {
  labels?: string;
  taints?: string;
  os: string;
  arch: string;
  cpu?: string;
  memory?: string;
}

export function addNodeCommand(program: Command): void {
  const node = program.command('node').description('add, remove, stop and start simulated nodes of a running cluster');
  common(node.command('add <names...>'))
    .description('let simulated nodes join')
    .option('--labels <a=b,…>', 'labels besides the usual ones')
    .option('--taints <key=value:Effect,…>', 'taints')
    .option('--os <os>', 'linux or windows', 'linux')
    .option('--arch <arch>', 'amd64, arm64, …', 'amd64')
    .option('--cpu <quantity>', 'CPUs, such as 4')
    .option('--memory <quantity>', 'memory, such as 16Gi')
    .addHelpText(
      'after',
      `
Examples:
  everynode node add worker-4
  everynode node add gpu-1 gpu-2 --labels accelerator=nvidia-tesla-t4 --taints dedicated=gpu:NoSchedule
  everynode node add edge-1 --arch arm64 --cpu 2 --memory 1Gi`,
    )
    .action(add);
  common(node.command('remove <names...>'))
    .description('delete nodes; their pods are garbage collected')
    .addHelpText('after', '\nExample:\n  everynode node remove worker-4')
    .action((names: string[], options: Common) =>
      each(names, options, async (api, name) => {
        await api.delete(NODES, { name });
        return `node/${name} removed`;
      }),
    );
  common(node.command('stop <names...>'))
    .description('make nodes go silent, as dead machines do: no heartbeat, no status, their pods linger')
    .addHelpText('after', '\nExample:\n  everynode node stop worker-2')
    .action((names: string[], options: Common) => power(names, options, 'off'));
  common(node.command('start <names...>'))
    .description('bring stopped nodes back')
    .addHelpText('after', '\nExample:\n  everynode node start worker-2')
    .action((names: string[], options: Common) => power(names, options, 'on'));
}

function common(command: Command): Command {
  return command
    .option('--name <name>', 'name of the cluster', 'default')
    .option('--data <dir>', 'data directory, where it was given to "up"')
    .option('--kubeconfig <file>', "kubeconfig to use instead of the cluster's own");
}

async function add(names: string[], options: AddOptions): Promise<void> {
  const labels = read(parseLabels(options.labels ?? ''), '--labels');
  const taints = (options.taints ?? '')
    .split(',')
    .filter(Boolean)
    .map((text) => read(parseTaint(text), '--taints'));
  if (options.os !== 'linux' && options.os !== 'windows') {
    throw new CommandError(`--os: ${JSON.stringify(options.os)} is not known: write linux or windows`, EXIT.usage);
  }
  const capacity: Record<string, string> = {};
  for (const resource of ['cpu', 'memory'] as const) {
    const amount = options[resource];
    if (amount === undefined) continue;
    const quantity = tryQuantity(amount);
    if (!quantity || quantity.value <= 0n) {
      throw new CommandError(
        `--${resource}: ${JSON.stringify(amount)} is no amount: write ${resource === 'cpu' ? '4 or 500m' : '16Gi'}`,
        EXIT.usage,
      );
    }
    capacity[resource] = amount;
  }
  await each(names, options, async (api, name) => {
    await api.create(NODES, nodeManifest(name, { labels, taints, os: options.os, arch: options.arch, capacity }));
    return `node/${name} added`;
  });
}

interface NodeWish {
  labels: Record<string, string>;
  taints: readonly Taint[];
  os: string;
  arch: string;
  capacity: Record<string, string>;
}

/** The least a simulated node is made of; the simulation completes addresses, pod CIDR, capacity and conditions when it joins. */
function nodeManifest(name: string, { labels, taints, os, arch, capacity }: NodeWish): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/os': os, 'kubernetes.io/arch': arch, ...labels },
      annotations: { [SIMULATED]: 'true' },
    },
    ...(taints.length > 0 ? { spec: { taints: [...taints] } } : {}),
    ...(Object.keys(capacity).length > 0 ? { status: { capacity } } : {}),
  };
}

function power(names: string[], options: Common, value: 'on' | 'off'): Promise<void> {
  return each(names, options, async (api, name) => {
    const { metadata } = await api.get<Node>(NODES, { name });
    if (metadata.annotations?.[SIMULATED] !== 'true')
      throw new CommandError(`node/${name} is not simulated: only simulated nodes can be stopped`);
    const annotations = { [POWER]: value === 'off' ? 'off' : null };
    await api.patch(NODES, { name }, { type: 'application/merge-patch+json', body: { metadata: { annotations } } });
    return `node/${name} ${value === 'off' ? 'stopped' : 'started'}`;
  });
}

/** Goes on to the next node after a failure; fails in the end when one did. */
async function each(names: string[], options: Common, act: (api: KubeApi, name: string) => Promise<string>): Promise<void> {
  const { dir, kubeconfig } = clusterHome(options.name, options.data);
  const api = await connect({
    file: options.kubeconfig ?? kubeconfig,
    hint: `is the cluster in ${dir} up? Start it with "everynode up"`,
  });
  let failed = 0;
  for (const name of names) {
    try {
      process.stdout.write(`${await act(api, name)}\n`);
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof CommandError)) throw error;
      process.stderr.write(`everynode: node/${name}: ${error.message}\n`);
      failed++;
    }
  }
  if (failed > 0) throw new CommandError(`${failed} of ${names.length} nodes failed`);
}

function read<T>(result: Read<T>, option: string): T {
  if ('problem' in result) throw new CommandError(`${option}: ${result.problem}`, EXIT.usage);
  return result.value;
}
