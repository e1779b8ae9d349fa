/** Waits for the steps of a rollout of DaemonSet `agent`, and tells the simulation how its images behave. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { CONFIGMAPS, CONTROLLERREVISIONS, DAEMONSETS, PODS } from '../../src/core/kube/resource.ts';
import type { KubeApi } from '../../src/ports.ts';
import { kubectlBinary } from '../e2e/kubectl-binary.ts';
import type { Stage } from './play.ts';
import { daemonSetStatus, isReadyPod, waitUntil } from './waiting.ts';

/** Counts of the status: an update that is through, and one that is stuck at its first node. */
export const SET_STATUS = {
  complete: { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 3, numberAvailable: 3, numberUnavailable: 0 },
  oneBroken: { updatedNumberScheduled: 1, numberAvailable: 2, numberUnavailable: 1 },
} as const;

/** Each of the three workers has one ready pod of the newest revision, which has the number `newest`. */
export async function rolledOut(api: KubeApi, newest: number): Promise<void> {
  await newestRevision(api, newest);
  await waitUntil(api, { ref: PODS, what: 'three ready pods' }, (pods) => pods.length === 3 && pods.every(isReadyPod));
  await daemonSetStatus(api, 'agent', SET_STATUS.complete);
}

/** The newest recorded revision has this number. */
export async function newestRevision(api: KubeApi, newest: number): Promise<void> {
  await waitUntil(api, { ref: CONTROLLERREVISIONS, what: `revision ${newest}` }, (all) => {
    return Math.max(0, ...all.map((one) => (one as KubeObject & { revision: number }).revision)) === newest;
  });
}

/** Changes DaemonSet `agent` by a strategic merge patch, without a trace in the transcript. */
export async function change(api: KubeApi, spec: Record<string, unknown>): Promise<void> {
  const key = { namespace: 'default', name: 'agent' };
  await api.patch(DAEMONSETS, key, { type: 'application/strategic-merge-patch+json', body: { spec } });
}

/** Creates the object of a manifest file, without a trace in the transcript. */
export async function install(api: KubeApi, manifest: string): Promise<void> {
  const object = parse(readFileSync(new URL(`./manifests/${manifest}`, import.meta.url), 'utf8')) as KubeObject;
  await api.create(DAEMONSETS, { ...object, metadata: { namespace: 'default', ...object.metadata } });
}

/** Containers of images `*:<tag>` that start from now on do this. */
export async function rule(api: KubeApi, tag: string, effects: Record<string, unknown>): Promise<void> {
  const key = { namespace: 'everynode-system', name: 'simulation' };
  const map = await api.get<KubeObject & { data: Record<string, string> }>(CONFIGMAPS, key);
  const rules: unknown = parse(map.data['rules.yaml'] ?? '[]');
  const text = stringify([{ match: { image: `*:${tag}` }, effects }, ...(rules as unknown[])]);
  const body = { data: { 'rules.yaml': text } };
  await api.patch(CONFIGMAPS, key, { type: 'application/merge-patch+json', body });
}

/** Runs `rollout status` until it has printed that it waits, then `meanwhile`; resolves with how it ended. */
export async function statusMeanwhile({ kubectl, version }: Stage, meanwhile: () => Promise<unknown>): Promise<string> {
  const binary = await kubectlBinary(version);
  if ('skip' in binary) throw new Error(binary.skip);
  const home = mkdtempSync(join(tmpdir(), 'everynode-status-'));
  const file = join(home, 'kubeconfig');
  writeFileSync(file, (await kubectl.run('config view --raw')).stdout);
  const args = ['rollout', 'status', 'ds/agent', '--timeout=20s'];
  const child = spawn(binary.path, args, { env: { HOME: home, KUBECONFIG: file }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended]);
  await meanwhile();
  const code = await ended;
  rmSync(home, { recursive: true, force: true });
  return `${errors.trim()} [exit ${code}]`;
}
