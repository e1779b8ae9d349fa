/** Plays one script with every version of kubectl, each against a cluster of its own, and compares the transcripts. */
import { it } from 'vitest';
import type { ProfileName } from '../../src/core/profile.ts';
import type { KubeApi } from '../../src/ports.ts';
import { KUBECTL_VERSIONS, type KubectlVersion, kubectlBinary } from '../e2e/kubectl-binary.ts';
import { type Pace, startCluster } from './cluster.ts';
import { expectGolden } from './golden.ts';
import { Kubectl } from './kubectl.ts';
import type { PacedClock } from './paced-clock.ts';

export interface Stage {
  readonly kubectl: Kubectl;
  readonly api: KubeApi;
  readonly clock: PacedClock;
  readonly version: KubectlVersion;
}

/** What somebody does at the terminal. It waits by watching, never by sleeping. */
export type Script = (stage: Stage) => Promise<void>;

export interface Setting {
  readonly profile?: ProfileName;
  readonly pace?: Pace;
  /** Where not every version is worth its time. */
  readonly versions?: readonly KubectlVersion[];
}

const QUICK: Pace = { startDelay: '120ms', stopDelay: '120ms' };

/** Registers one test per version; it skips by name where that kubectl cannot be had. */
export function play(name: string, script: Script, setting: Setting = {}): void {
  const { profile = 'handbook', pace = QUICK, versions = KUBECTL_VERSIONS } = setting;
  for (const version of versions) {
    it.concurrent(`${name} with kubectl ${version}`, { timeout: 300_000 }, async ({ skip }) => {
      const binary = await kubectlBinary(version);
      if ('skip' in binary) return skip(binary.skip);
      const cluster = await startCluster(profile, pace);
      const kubectl = new Kubectl(binary.path, cluster.kubeconfig);
      try {
        await script({ kubectl, api: cluster.api, clock: cluster.clock, version });
      } finally {
        await cluster.stop();
        kubectl.dispose();
      }
      expectGolden(`${name}.${version}.txt`, kubectl.transcript());
    });
  }
}
