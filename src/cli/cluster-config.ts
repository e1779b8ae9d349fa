/** `cluster.yaml`: the node pools of a laptop cluster, checked, with errors that name line and field. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { labelKeyProblems, labelValueProblems } from '../core/kube/labels.ts';
import { dns1123Subdomain } from '../core/kube/names.ts';
import { tryQuantity } from '../core/kube/quantity.ts';
import { parseRules } from '../core/node/simulation-rules.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { poolNodeNames } from './node-pool.ts';
import { readYaml, type YamlSource } from './source-error.ts';
import { parseTaint } from './taint-text.ts';

const labelMap = z.record(z.string(), z.string()).superRefine((labels, context) => {
  for (const [key, value] of Object.entries(labels)) {
    for (const message of [...labelKeyProblems(key), ...labelValueProblems(value)])
      context.addIssue({ code: 'custom', message, path: [key] });
  }
});

const taint = z.string().superRefine((text, context) => {
  const parsed = parseTaint(text);
  if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
});

const amounts = z.record(z.string(), z.union([z.string(), z.number()])).superRefine((list, context) => {
  for (const [name, amount] of Object.entries(list)) {
    if (!tryQuantity(amount)) {
      context.addIssue({
        code: 'custom',
        message: `${JSON.stringify(amount)} is no quantity; write 4, 500m or 16Gi`,
        path: [name],
      });
    }
  }
});

const POOL = z.strictObject({
  /** `worker-{n}`; `{n}` counts from 1. Without `{n}`, `-{n}` is added where `count` is more than one. */
  name: z.string(),
  count: z.number().int().min(0).max(20_000).default(1),
  labels: labelMap.default({}),
  taints: z.array(taint).default([]),
  os: z.enum(['linux', 'windows']).default('linux'),
  arch: z.enum(['amd64', 'arm64', 'arm', 'ppc64le', 's390x', 'riscv64']).default('amd64'),
  capacity: amounts.default({}),
  /** Effects as in the simulation rules, for every pod of the pool's nodes: `startDelay: 2s-5s`. */
  simulation: z.record(z.string(), z.unknown()).optional(),
  /** Static pods: whole Pod manifests that each node of the pool runs by itself. */
  staticPods: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })).default([]),
});

const CONFIG = z.strictObject({
  apiVersion: z.literal('everynode.dev/v1'),
  kind: z.literal('Cluster'),
  nodePools: z.array(POOL),
  /** Further simulation rules, before those of the pools. */
  simulation: z.array(z.unknown()).default([]),
});

export type ClusterConfig = z.infer<typeof CONFIG>;

/** Reads and checks the file. Throws `CommandError` with `file:line:column: field: what is wrong`. */
export function readClusterConfig(file: string): ClusterConfig {
  return parseClusterConfig(file, readText(file));
}

/** The same from a text; `file` is the name that errors carry. */
export function parseClusterConfig(file: string, text: string): ClusterConfig {
  const source = readYaml(file, text);
  const parsed = CONFIG.safeParse(source.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    if (unknown === undefined) throw source.errorAt(issue.path, issue.message);
    const known = `unknown field; known here: ${knownFields(issue.path).join(', ')}`;
    throw source.errorAt([...issue.path, unknown], known, 'key');
  }
  checkNames(parsed.data, source);
  checkSimulation(parsed.data, source);
  return parsed.data;
}

function knownFields(path: readonly PropertyKey[]): string[] {
  return Object.keys(path.length === 0 ? CONFIG.shape : POOL.shape);
}

function checkNames(config: ClusterConfig, source: YamlSource): void {
  const seen = new Map<string, number>();
  for (const [i, pool] of config.nodePools.entries()) {
    for (const name of poolNodeNames(pool)) {
      const problem = dns1123Subdomain(name)[0];
      if (problem) throw source.errorAt(['nodePools', i, 'name'], `node name ${JSON.stringify(name)}: ${problem}`);
      const other = seen.get(name);
      if (other !== undefined) throw source.errorAt(['nodePools', i, 'name'], `node ${name} is also made by nodePools[${other}]`);
      seen.set(name, i);
    }
  }
}

function checkSimulation(config: ClusterConfig, source: YamlSource): void {
  const rules = parseRules(config.simulation);
  if ('problems' in rules) throw source.errorAt(['simulation'], rules.problems[0]!);
  for (const [i, pool] of config.nodePools.entries()) {
    if (!pool.simulation) continue;
    const own = parseRules([{ effects: pool.simulation }]);
    if ('problems' in own)
      throw source.errorAt(['nodePools', i, 'simulation'], own.problems[0]!.replace(/^rule 0: (effects\.)?/, ''));
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file}: cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, EXIT.usage);
  }
}
