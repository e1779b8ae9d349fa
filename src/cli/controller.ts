/** `everynode controller`: the DaemonSet controller against any Kubernetes API. */
import { hostname } from 'node:os';
import { type Command, Option } from 'commander';
import { PROFILES, type ProfileName } from '../core/profile.ts';
import { connect } from './connect.ts';
import { stderrLog } from './log.ts';
import { listenForStop } from './signals.ts';
import { systemClock, systemRandom } from './system.ts';

interface ControllerCommand {
  kubeconfig?: string;
  context?: string;
  profile: ProfileName;
  leaderElect: boolean;
  leaseNamespace: string;
  leaseName: string;
}

export function addControllerCommand(program: Command): void {
  program
    .command('controller')
    .description(
      "run the DaemonSet controller against a cluster (switch the cluster's own off first: --controllers=*,-daemonset)",
    )
    .option('--kubeconfig <file>', 'default: $KUBECONFIG, ~/.kube/config, or the service account of the pod it runs in')
    .option('--context <name>', 'context of the kubeconfig')
    .addOption(
      new Option('--profile <profile>', 'what it does where the handbook and upstream differ')
        .choices(['handbook', 'kubernetes'])
        .default('handbook'),
    )
    .option('--no-leader-elect', 'act without a Lease: only where nobody else runs')
    .option('--lease-namespace <namespace>', 'namespace of the Lease', 'kube-system')
    .option('--lease-name <name>', 'name of the Lease', 'everynode-daemonset-controller')
    .addHelpText(
      'after',
      `
Examples:
  everynode up --controllers '*,-daemonset'                               a cluster without a DaemonSet controller …
  everynode controller --kubeconfig ~/.everynode/default/kubeconfig       … and ours, in a process of its own
  everynode controller --context prod --profile kubernetes`,
    )
    .action(run);
}

async function run(options: ControllerCommand): Promise<void> {
  const stop = listenForStop();
  const api = await connect({ file: options.kubeconfig, context: options.context });
  const { startController } = await import('../controller/controller.ts');
  const { startLeaderElection } = await import('../controller/leader-election.ts');
  const log = stderrLog();
  const world = { api, clock: systemClock, random: systemRandom, log };
  let controller: ReturnType<typeof startController> | undefined;
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const lead = () => {
    controller = startController({ ...world, settings: PROFILES[options.profile] });
    say(`Leading; watching with profile ${options.profile}.`);
    void controller.synced.then(() => say('All caches have synced; acting.'));
  };
  const yieldLead = async () => {
    const running = controller;
    controller = undefined;
    await running?.stop();
  };
  const election = options.leaderElect
    ? startLeaderElection({
        ...world,
        lease: { namespace: options.leaseNamespace, name: options.leaseName },
        identity: `${hostname()}_${systemRandom.uuid()}`,
        onLeading: lead,
        onLost() {
          if (!stop.signal.aborted) say('Lost the lease; no longer acting.');
          void yieldLead();
        },
      })
    : undefined;
  if (election) say(`Waiting for the lease ${options.leaseNamespace}/${options.leaseName} …`);
  else lead();
  await stop.received;
  await yieldLead();
  await election?.stop();
  api.close();
  say('Stopped.');
}
