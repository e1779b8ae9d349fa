/** Client-side apply: created, unchanged, configured, diff, dry run. */
import type { Script } from '../play.ts';
import { agentsReady } from '../waiting.ts';

/** A changed line inside `metadata.managedFields`. */
const OF_MANAGED_FIELDS = /^[-+] +(- apiVersion|fieldsType|fieldsV1|manager|operation|subresource|time|f:.*|k:.*|\.): ?/;

/**
 * `diff` names its scratch folders, and kubectl 1.20 shows managed fields around the changes, in an order that follows the second each
 * was written in: only the changed lines are kept.
 */
const changedLines = (text: string) =>
  text
    .replace(/\/tmp\/(LIVE|MERGED)-\d+/g, '/tmp/$1')
    .split('\n')
    .filter((line) => /^[-+]/.test(line) && !OF_MANAGED_FIELDS.test(line))
    .map((line) => line.replace(/^((?:---|\+\+\+) .*?)(?:\t| {2}).*$/, '$1'))
    .join('\n');

export const apply: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f small.yaml --dry-run=server');
  await kubectl.show('get ds');
  await kubectl.show('apply -f small.yaml');
  await agentsReady(api);
  await kubectl.show('apply -f small.yaml');
  await kubectl.show('apply view-last-applied ds agent');

  await kubectl.show('diff -f small.yaml');
  await kubectl.show('diff -f small-v2.yaml', { edit: changedLines });
  await kubectl.show(
    `apply -f small-v2.yaml --dry-run=server -o 'jsonpath={.metadata.generation} {.spec.template.spec.containers[0].image}{"\\n"}'`,
  );
  await kubectl.show(`get ds agent -o 'jsonpath={.metadata.generation} {.spec.template.spec.containers[0].image}{"\\n"}'`);
  await kubectl.show('apply -f small-v2.yaml');
  await agentsReady(api);

  kubectl.say('What the manifest no longer names goes; what others set stays.');
  await kubectl.show('annotate ds agent team=platform');
  await kubectl.show('apply -f small.yaml');
  await kubectl.show(`get ds agent -o 'jsonpath={.metadata.annotations.team} {.metadata.labels} {.spec.updateStrategy}{"\\n"}'`);
  await kubectl.show('apply -f -', {
    stdin: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {interval: 10s}\n',
  });
  await kubectl.show('delete -f small.yaml');
  await kubectl.show(`get configmap settings -o 'jsonpath={.data}'`);
};
