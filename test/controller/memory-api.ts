/** The real API server on a memory store, spoken to without HTTP. */
import { KINDS } from '../../src/core/api/kinds/all.ts';
import { SERVICEACCOUNTS } from '../../src/core/kube/resource.ts';
import type { Clock, KubeApi } from '../../src/ports.ts';
import { createApiServer } from '../../src/server/api-server.ts';
import { openMemoryStore } from '../../src/server/store/memory.ts';
import { SeededRandom } from '../sim/virtual-clock.ts';
import { silentLog } from './scripted-api.ts';

/** With the objects every cluster has from its start, and the service account pods of `default` run as. */
export async function memoryApi(clock: Clock): Promise<KubeApi> {
  const server = await createApiServer({
    store: openMemoryStore(),
    kinds: KINDS,
    clock,
    random: new SeededRandom(3),
    log: silentLog,
    authenticate: () => undefined,
    authorize: () => ({ allowed: true }),
  });
  const api = server.local({ name: 'admin', groups: ['system:masters'] });
  await api.create(SERVICEACCOUNTS, { metadata: { namespace: 'default', name: 'default' } });
  return api;
}
