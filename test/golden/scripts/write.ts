/** create, edit, replace, patch in three types, scale, set, wait. */
import type { Script } from '../play.ts';
import { agentsReady, daemonSetStatus, podsReady, rolloutComplete } from '../waiting.ts';

/** An editor that replaces text. */
const editor = (command: string) => ({ KUBE_EDITOR: `sed -i ${command}` });
const IMAGE = 'jsonpath={.metadata.generation} {.spec.template.spec.containers[0].image}{"\\n"}';

export const write: Script = async ({ kubectl, api }) => {
  await kubectl.show('create -f small.yaml');
  await kubectl.show('create -f small.yaml');
  await kubectl.show('wait --for=condition=Ready pod/agent-worker-1 pod/agent-worker-2 pod/agent-worker-3 --timeout=20s', {
    sorted: true,
  });
  await agentsReady(api);
  await kubectl.show(`wait '--for=jsonpath={.status.numberReady}=3' ds/agent --timeout=5s`);

  await kubectl.show('edit ds agent', { env: editor('s/agent:1.0.0/agent:1.0.1/') });
  await kubectl.show('edit ds agent', { env: editor('s/nothing/else/') });
  await kubectl.show(`get ds agent -o '${IMAGE}'`);

  await kubectl.show(
    `patch ds agent -p '{"spec":{"template":{"spec":{"containers":[{"name":"agent","image":"registry.example/agent:1.0.2"}]}}}}'`,
  );
  await kubectl.show(`patch ds agent --type=merge -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":"50%"}}}}'`);
  await kubectl.show(
    `patch ds agent --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"registry.example/agent:1.0.3"}]'`,
  );
  await rolloutComplete(api, 'agent');
  await kubectl.show(`patch ds agent --type=merge -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":"50%"}}}}'`);
  await kubectl.show(`get ds agent -o '${IMAGE}'`);
  await kubectl.show(`patch ds agent --type=json -p '[{"op":"test","path":"/spec/minReadySeconds","value":7}]'`);
  await kubectl.show(`patch ds agent --type=json -p '[{"op":"remove","path":"/spec/nothing"}]'`);
  await kubectl.show(`patch ds agent --type=merge -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'`);

  await kubectl.show('replace -f small.yaml');
  await kubectl.show(`get ds agent -o '${IMAGE}'`);
  await agentsReady(api);
  kubectl.say('Deleted and made anew: pods of the old one may still hold the names.');
  await kubectl.show('replace --force -f small.yaml');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 3, numberReady: 3 });
  await kubectl.show('replace -f opt-in.yaml --dry-run=server');

  kubectl.say('A DaemonSet has no replicas.');
  await kubectl.show('scale ds agent --replicas=2');
  await kubectl.show('set env ds/agent LEVEL=debug');
  await kubectl.show(`get ds agent -o 'jsonpath={.spec.template.spec.containers[0].env}{"\\n"}'`);
  await kubectl.show('delete ds agent');
  kubectl.say('Which of the pods are still there when it looks, and whether any, is a matter of timing.');
  await kubectl.show('wait --for=delete pod -l app=agent --timeout=20s', { timing: true });
  await podsReady(api);
};
