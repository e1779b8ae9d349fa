/** Surge: no node is ever without; and the host port that makes it impossible, with the warning that says so. */
import { PODS } from '../../../src/core/kube/resource.ts';
import { watchCoverage } from '../coverage.ts';
import type { Script } from '../play.ts';
import { newestRevision, rolledOut } from '../rollout-waits.ts';
import { daemonSetStatus, waitUntil } from '../waiting.ts';

const COUNTS = `get ds agent -o 'jsonpath={.status.desiredNumberScheduled} {.status.numberAvailable} {.status.updatedNumberScheduled}'`;
const PROGRESSING = `get ds agent -o 'jsonpath={.status.conditions[?(@.type=="Progressing")].message}'`;
const PORT = '{"spec":{"template":{"spec":{"containers":[{"name":"agent","ports":[{"containerPort":9100,"hostPort":9100}]}]}}}}';

export const rolloutSurge: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f rollout-surge.yaml');
  await rolledOut(api, 1);
  const watched = await watchCoverage(api);
  await kubectl.show('set image ds/agent agent=registry.example/agent:2.0.0');
  await rolledOut(api, 2);
  await kubectl.show(COUNTS);
  kubectl.say(`All along: ${watched.summary()}.`);

  kubectl.say('The first update that takes a host port is no trouble: the old pod does not have it.');
  await kubectl.show(`patch ds agent -p '${PORT}'`);
  await rolledOut(api, 3);
  kubectl.say('The next one is.');
  await kubectl.show('set image ds/agent agent=registry.example/agent:3.0.0');
  await newestRevision(api, 4);
  await waitUntil(api, { ref: PODS, what: 'a fourth pod' }, (pods) => pods.length === 4);
  await daemonSetStatus(api, 'agent', { numberAvailable: 3, numberUnavailable: 0 });
  await kubectl.show('rollout status ds/agent --watch=false');
  await kubectl.show('get pods -o custom-columns=PHASE:.status.phase,REASON:.status.reason', { sorted: true });
  await kubectl.show(PROGRESSING);
  await kubectl.show(
    'get events --field-selector involvedObject.kind=DaemonSet,type=Warning -o custom-columns=REASON:.reason,MESSAGE:.message',
  );
  kubectl.say(`Still: ${watched.summary()}.`);

  kubectl.say('Deleting first gets it through.');
  await kubectl.show(`patch ds agent -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}'`);
  await rolledOut(api, 4);
  await kubectl.show('rollout status ds/agent');
  watched.stop();
};
