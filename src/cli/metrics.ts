/** `everynode metrics`: the exporter against any Kubernetes API. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CONTROLLERREVISIONS, DAEMONSETS, NODES, PODS } from '../core/kube/resource.ts';
import { type AllowedKeys, parseAllowlist } from '../core/metrics/label-names.ts';
import { PROFILES, type ProfileName } from '../core/profile.ts';
import type { KubeApi } from '../ports.ts';
import { connect } from './connect.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { stderrLog } from './log.ts';
import { listenForStop } from './signals.ts';
import { systemClock, systemRandom } from './system.ts';

const DEFAULT_PORT = 9898;

interface MetricsCommand {
  kubeconfig?: string;
  context?: string;
  profile: ProfileName;
  bindAddress: string;
  port: number;
  tlsCertFile?: string;
  tlsPrivateKeyFile?: string;
  metricLabelsAllowlist: AllowedKeys;
  metricAnnotationsAllowlist: AllowedKeys;
}

const NONE: AllowedKeys = new Set<string>();

export function addMetricsCommand(program: Command): void {
  program
    .command('metrics')
    .description('serve metrics of the DaemonSets of a cluster for Prometheus; reads only')
    .option('--kubeconfig <file>', 'default: $KUBECONFIG, ~/.kube/config, or the service account of the pod it runs in')
    .option('--context <name>', 'context of the kubeconfig')
    .addOption(
      new Option('--profile <profile>', 'by which rules nodes are eligible: those of the controller that the cluster runs')
        .choices(['handbook', 'kubernetes'])
        .default('handbook'),
    )
    .option('--bind-address <address>', 'address to listen on; 0.0.0.0 for all', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 takes a free one', port, DEFAULT_PORT)
    .option('--tls-cert-file <file>', 'serve HTTPS with this certificate (PEM)')
    .option('--tls-private-key-file <file>', 'its private key (PEM)')
    .addOption(
      new Option(
        '--metric-labels-allowlist <list>',
        'labels that kube_daemonset_labels shows, as in kube-state-metrics: daemonsets=[team,app]',
      )
        .argParser(allowlist)
        .default(NONE, 'none'),
    )
    .addOption(
      new Option('--metric-annotations-allowlist <list>', 'the same for kube_daemonset_annotations')
        .argParser(allowlist)
        .default(NONE, 'none'),
    )
    .addHelpText(
      'after',
      `
Examples:
  everynode metrics --kubeconfig ~/.everynode/default/kubeconfig
  everynode metrics --context prod --profile kubernetes --bind-address 0.0.0.0
  curl http://127.0.0.1:${DEFAULT_PORT}/metrics`,
    )
    .action(run);
}

async function run(options: MetricsCommand): Promise<void> {
  const stop = listenForStop();
  const tls = tlsOf(options);
  const api = await connect({ file: options.kubeconfig, context: options.context });
  try {
    await mayRead(api);
    const { startExporter } = await import('./exporter.ts');
    const exporter = await startExporter({
      api,
      clock: systemClock,
      random: systemRandom,
      log: stderrLog(),
      settings: PROFILES[options.profile],
      allow: { labels: options.metricLabelsAllowlist, annotations: options.metricAnnotationsAllowlist },
      host: options.bindAddress,
      port: options.port,
      tls,
    });
    const say = (text: string) => process.stdout.write(`${text}\n`);
    say(`Listening on ${exporter.url}; watching with profile ${options.profile}.`);
    void exporter.synced.then(() => say('All watches are complete; serving.'));
    await stop.received;
    await exporter.stop();
    say('Stopped.');
  } finally {
    api.close();
  }
}

/** Asks for one object of each kind. Throws what the API says where the cluster is out of reach or the right is missing. */
async function mayRead(api: KubeApi): Promise<void> {
  for (const ref of [DAEMONSETS, PODS, NODES, CONTROLLERREVISIONS]) await api.list(ref, { limit: 1 });
}

function tlsOf({ tlsCertFile: cert, tlsPrivateKeyFile: key }: MetricsCommand): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new CommandError('--tls-cert-file and --tls-private-key-file go together: give both', EXIT.usage);
  }
  return { cert: pem('--tls-cert-file', cert), key: pem('--tls-private-key-file', key) };
}

function pem(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new CommandError(`${option}: ${file} cannot be read (${code === 'ENOENT' ? 'no such file' : code})`, EXIT.usage);
  }
}

function port(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('it must be a whole number from 0 to 65535.');
  return Number(text);
}

function allowlist(text: string): AllowedKeys {
  const allowed = parseAllowlist(text);
  if (!allowed) throw new InvalidArgumentError("it must look like 'daemonsets=[team,app]' or 'daemonsets=[*]'.");
  return allowed;
}
