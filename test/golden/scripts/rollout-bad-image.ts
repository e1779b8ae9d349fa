/** Bad images under the hard budget: however many there are, one node is without, and the way back heals it. */

import { PODS } from '../../../src/core/kube/resource.ts';
import type { KubeApi } from '../../../src/ports.ts';
import { watchCoverage } from '../coverage.ts';
import type { Script } from '../play.ts';
import { install, newestRevision, rolledOut, rule, SET_STATUS } from '../rollout-waits.ts';
import { daemonSetStatus, waitUntil } from '../waiting.ts';

const CONDITIONS = `get ds agent -o 'jsonpath={range .status.conditions[*]}{.type}={.status} {.reason}: {.message}{"\\n"}{end}'`;

export const rolloutBadImage: Script = async ({ kubectl, api }) => {
  await rule(api, 'bad*', { pullError: 'manifest unknown' });
  await install(api, 'small.yaml');
  await rolledOut(api, 1);
  const watched = await watchCoverage(api);
  for (const [n, image] of ['agent:bad', 'agent:bad2', 'agent:bad3'].entries()) {
    await kubectl.show(`set image ds/agent agent=registry.example/${image}`);
    await newestRevision(api, n + 2);
    await backingOff(api, image);
    await daemonSetStatus(api, 'agent', SET_STATUS.oneBroken);
  }
  await kubectl.show('get ds,pods');
  await kubectl.show(CONDITIONS);

  kubectl.say('Undo goes back one revision: that image is bad too. The first one heals.');
  await kubectl.show('rollout undo ds/agent');
  await newestRevision(api, 5);
  await backingOff(api, 'agent:bad2');
  await daemonSetStatus(api, 'agent', SET_STATUS.oneBroken);
  await kubectl.show('rollout undo ds/agent --to-revision=1');
  await rolledOut(api, 6);
  await kubectl.show(CONDITIONS);
  kubectl.say(`All along, nodes with a ready pod at the least: ${watched.least()}`);
  watched.stop();
};

/** Some pod of this image waits for its next try to pull it. */
async function backingOff(api: KubeApi, image: string): Promise<void> {
  await waitUntil(api, { ref: PODS, what: `a pod of ${image} in ImagePullBackOff` }, (pods) =>
    pods.some(({ status }) => {
      const [container] = (status?.containerStatuses ?? []) as { image: string; state?: { waiting?: { reason: string } } }[];
      return container?.image === `registry.example/${image}` && container.state?.waiting?.reason === 'ImagePullBackOff';
    }),
  );
}
