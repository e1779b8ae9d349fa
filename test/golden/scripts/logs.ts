/** `logs` in its forms. */
import type { Script } from '../play.ts';
import { agentsReady } from '../waiting.ts';

export const logs: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f agent.yaml');
  await agentsReady(api);
  await kubectl.show('logs agent-worker-1 -n monitoring');
  await kubectl.show('logs agent-worker-1 -n monitoring -c agent --timestamps');
  await kubectl.show('logs agent-worker-1 -n monitoring --since=1h --tail=1');
  await kubectl.show('logs -l app=agent -n monitoring --prefix', { sorted: true });
  await kubectl.show('logs ds/agent -n monitoring', { edit: (text) => text.replace(/agent-worker-\d/g, 'agent-<worker>') });
  const follow = kubectl.watch('logs -f agent-worker-1 -n monitoring');
  await follow.seen(/scraped/);
  await follow.end();
  await kubectl.show('logs agent-worker-1 -n monitoring -c nobody');
  await kubectl.show('logs agent-worker-1 -n monitoring --previous');
  await kubectl.show('logs nobody -n monitoring');
};
