/** `logs` in its forms. */
import type { Script } from '../play.ts';
import { agentsReady } from '../waiting.ts';

const NS = ['-n', 'monitoring'];

export const logs: Script = async ({ kubectl, api }) => {
  await kubectl.show(['apply', '-f', 'agent.yaml']);
  await agentsReady(api);
  await kubectl.show(['logs', 'agent-worker-1', ...NS]);
  await kubectl.show(['logs', 'agent-worker-1', ...NS, '-c', 'agent', '--timestamps']);
  await kubectl.show(['logs', 'agent-worker-1', ...NS, '--since=1h', '--tail=1']);
  await kubectl.show(['logs', '-l', 'app=agent', ...NS, '--prefix'], { sorted: true });
  await kubectl.show(['logs', 'ds/agent', ...NS], { edit: (text) => text.replace(/agent-worker-\d/g, 'agent-<worker>') });
  const follow = kubectl.watch(['logs', '-f', 'agent-worker-1', ...NS]);
  await follow.seen(/scraped/);
  await follow.end();
  await kubectl.show(['logs', 'agent-worker-1', ...NS, '-c', 'nobody']);
  await kubectl.show(['logs', 'agent-worker-1', ...NS, '--previous']);
  await kubectl.show(['logs', 'nobody', ...NS]);
};
