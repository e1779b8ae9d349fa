/** `create` of what a DaemonSet needs around it, by kubectl's own generators. */
import type { Script } from '../play.ts';

export const create: Script = async ({ kubectl }) => {
  await kubectl.show('create namespace monitoring');
  await kubectl.show('create serviceaccount agent -n monitoring');
  await kubectl.show('create configmap agent --from-literal=interval=10s -n monitoring');
  await kubectl.show('create secret generic agent --from-literal=token=abc -n monitoring');
  await kubectl.show(`create priorityclass agents --value=1000 '--description=node agents'`);
  await kubectl.show('create clusterrole agent --verb=get,list,watch --resource=nodes,pods');
  await kubectl.show('create clusterrolebinding agent --clusterrole=agent --serviceaccount=monitoring:agent');
  await kubectl.show('create role agent --verb=get --resource=configmaps -n monitoring');
  await kubectl.show('create rolebinding agent --role=agent --serviceaccount=monitoring:agent -n monitoring');
  await kubectl.show('create poddisruptionbudget agent --min-available=1 --selector=app=agent -n monitoring');
  await kubectl.show('create service clusterip agent --tcp=9100:9100 -n monitoring');
  await kubectl.show('create deployment web --image=registry.example/web:1 --dry-run=server');
  await kubectl.show('get sa,cm,secrets,roles,rolebindings,pdb,services -n monitoring');
  await kubectl.show(`get configmap,secret agent -n monitoring -o 'jsonpath={range .items[*]}{.kind} {.data}{"\\n"}{end}'`);
  await kubectl.show('get priorityclass');
  await kubectl.show('describe clusterrole agent');
  await kubectl.show('auth can-i list nodes --as=system:serviceaccount:monitoring:agent');
  await kubectl.show('auth can-i delete nodes --as=system:serviceaccount:monitoring:agent');
  await kubectl.show('auth can-i get configmaps -n monitoring --as=system:serviceaccount:monitoring:agent');
};
