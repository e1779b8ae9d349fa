/** A Deployment rolled out, looked at, scaled, undone, paused and deleted. */
import type { Script } from '../play.ts';
import { maskWeb, webIsOut } from '../workload-waits.ts';

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? '';
const status = 'rollout status deploy/web --timeout=20s';
const SETS = `get rs -o 'custom-columns=REVISION:.metadata.annotations.deployment\\.kubernetes\\.io/revision,DESIRED:.spec.replicas,IMAGE:.spec.template.spec.containers[0].image' --sort-by .metadata.creationTimestamp`;

export const deployment: Script = async ({ kubectl, api }) => {
  const mask = { mask: maskWeb };
  await kubectl.show('apply -f web.yaml');
  await kubectl.show(status, { edit: lastLine });
  await webIsOut(api, 2);
  await kubectl.show('get deploy,rs', mask);
  await kubectl.show('annotate deploy web kubernetes.io/change-cause=first');
  await webIsOut(api, 2);

  await kubectl.show('set image deploy/web web=registry.example/web:2');
  await kubectl.show(status, { edit: lastLine });
  await kubectl.show('annotate deploy web kubernetes.io/change-cause=second --overwrite');
  await webIsOut(api, 2);
  await kubectl.show(SETS);
  await kubectl.show('rollout history deploy/web');
  await kubectl.show('rollout history deploy/web --revision=1', mask);

  await kubectl.show('rollout undo deploy/web');
  await kubectl.show(status, { edit: lastLine });
  await webIsOut(api, 2);
  await kubectl.show('rollout history deploy/web');
  await kubectl.show(SETS);
  await kubectl.show('rollout undo deploy/web --to-revision=9');

  await kubectl.show('scale deploy/web --replicas=5');
  await webIsOut(api, 5);
  await kubectl.show('get deploy web');
  await kubectl.show('scale deploy/web --current-replicas=4 --replicas=1');
  await kubectl.show('rollout pause deploy/web');
  await kubectl.show('set image deploy/web web=registry.example/web:3');
  await kubectl.show('rollout history deploy/web');
  await kubectl.show('rollout resume deploy/web');
  await webIsOut(api, 5);
  await kubectl.show('rollout restart deploy/web');
  await kubectl.show(status, { edit: lastLine });
  await webIsOut(api, 5);
  await kubectl.show('delete -f web.yaml');
};
