/** What a client asks of the API itself: versions, resources, documentation, rights. */
import type { Script } from '../play.ts';

const versions = (text: string) => text.replace(/nodev[\d.]+/, '<runtime>').replace(/everynode\.[\d.]+/g, 'everynode.<version>');

export const discover: Script = async ({ kubectl }) => {
  await kubectl.show('version', { edit: versions });
  await kubectl.show('api-resources');
  await kubectl.show('api-resources --api-group=apps -o wide');
  await kubectl.show('api-versions');
  await kubectl.show('explain ds');
  await kubectl.show('explain ds.spec.updateStrategy.rollingUpdate');
  await kubectl.show('explain pod.spec.tolerations.tolerationSeconds');
  await kubectl.show('explain ds.spec.nothing');
  await kubectl.show('explain ds.spec.updateStrategy --recursive');
  await kubectl.show('auth can-i create daemonsets');
  await kubectl.show(`auth can-i '*' '*' --as=system:anonymous`);
  await kubectl.show('auth can-i --list --as=jane');
  await kubectl.show('get nodes --as=jane');
  await kubectl.show('cluster-info', { edit: (text) => text.replaceAll(String.fromCharCode(27), '␛') });
  await kubectl.show('get --raw /healthz');
};
