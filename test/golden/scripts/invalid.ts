/** Manifests that are refused: the status names every field at fault, and nothing is stored. */
import type { Script } from '../play.ts';

const HEAD = 'apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: agent\n';

const TEMPLATE = `  selector:
    matchLabels: {app: agent}
  template:
    metadata:
      labels: {app: agent}
    spec:
      containers:
      - {name: agent, image: agent}
`;

export const invalid: Script = async ({ kubectl }) => {
  await kubectl.show('apply -f broken.yaml');
  kubectl.say('A selector that does not match the template.');
  await kubectl.show('create -f -', { stdin: `${HEAD}spec:\n${TEMPLATE.replace('{app: agent}', '{app: other}')}` });
  kubectl.say('Both budgets zero.');
  await kubectl.show('create -f -', {
    stdin: `${HEAD}spec:\n  updateStrategy: {rollingUpdate: {maxUnavailable: 0}}\n${TEMPLATE}`,
  });
  kubectl.say('A field of no DaemonSet.');
  await kubectl.show('create -f -', { stdin: `${HEAD}spec:\n  replicas: 3\n${TEMPLATE}` });
  kubectl.say('A text where a number belongs.');
  await kubectl.show('create -f -', { stdin: `${HEAD}spec:\n  minReadySeconds: soon\n${TEMPLATE}` });
  kubectl.say('No selector at all.');
  await kubectl.show('create -f - --validate=false', {
    stdin: `${HEAD}spec:\n${TEMPLATE.replace(/ {2}selector:\n.*\n/, '')}`,
  });
  kubectl.say('A name that is none.');
  await kubectl.show('create -f -', { stdin: `${HEAD.replace('agent', 'Agent_1')}spec:\n${TEMPLATE}` });
  kubectl.say('A group that nobody serves and a namespace that is not there.');
  await kubectl.show('create -f -', { stdin: `${HEAD.replace('apps/v1', 'extensions/v1beta1')}spec:\n${TEMPLATE}` });
  await kubectl.show('create -n nowhere -f -', { stdin: `${HEAD}spec:\n${TEMPLATE}` });
  await kubectl.show('get ds,controllerrevisions -A');

  kubectl.say('The selector of a DaemonSet never changes.');
  await kubectl.show('apply -f small.yaml');
  await kubectl.show('apply -f -', { stdin: `${HEAD}spec:\n${TEMPLATE.replaceAll('{app: agent}', '{app: other}')}` });
  await kubectl.show('get ds -o wide', { edit: (text) => text.replace(/agent {2}[\d ]+/, 'agent  <counts>  ') });
};
