/** Surge: no node is ever without; and the host port that makes it impossible, with the warning that says so. */
import { watchCoverage } from '../coverage.ts';
import type { Script } from '../play.ts';
import { install, newestRevision, rolledOut } from '../rollout-waits.ts';
import { daemonSetStatus, eventsSeen } from '../waiting.ts';

const PORT = '{"spec":{"template":{"spec":{"containers":[{"name":"agent","ports":[{"containerPort":9100,"hostPort":9100}]}]}}}}';

export const rolloutSurge: Script = async ({ kubectl, api }) => {
  await install(api, 'rollout-surge.yaml');
  await rolledOut(api, 1);
  const watched = await watchCoverage(api);
  await kubectl.show('set image ds/agent agent=registry.example/agent:2.0.0');
  await rolledOut(api, 2);
  kubectl.say(`All along, nodes with a ready pod at the least: ${watched.least()}`);

  kubectl.say('The first update that takes a host port is no trouble: the old pod does not have it.');
  await kubectl.show(`patch ds agent -p '${PORT}'`);
  await rolledOut(api, 3);
  kubectl.say('The next one is.');
  await kubectl.show('set image ds/agent agent=registry.example/agent:3.0.0');
  await newestRevision(api, 4);
  await eventsSeen(api, 'agent', 'SurgeHostPort', 'HostPortInUse');
  await daemonSetStatus(api, 'agent', { numberAvailable: 3, numberUnavailable: 0 });
  await kubectl.show('rollout status ds/agent --watch=false');
  await kubectl.show('get events --field-selector reason=SurgeHostPort -o custom-columns=TYPE:.type,MESSAGE:.message');
  kubectl.say(`Still, nodes with a ready pod at the least: ${watched.least()}`);

  kubectl.say('Deleting first gets it through.');
  await kubectl.show(`patch ds agent -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}'`);
  await rolledOut(api, 4);
  watched.stop();
};
