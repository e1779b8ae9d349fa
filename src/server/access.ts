/** Who asks, and may they: the two questions put to the authentication and authorization that the server is made with. */

import { ApiError } from '../core/api/api-error.ts';
import type { UserInfo } from '../core/api/kind.ts';
import { forbidden } from '../core/api/rest/errors.ts';
import type { Request } from './http/exchange.ts';
import type { RequestInfo } from './http/request-info.ts';

/** The user of a request, `undefined` where it carries no credentials. Throws 401 where they are not good. */
export type Authenticate = (request: Request) => UserInfo | undefined | Promise<UserInfo | undefined>;

/** Whether a user may do what a request is about; the reason may be empty. */
export type Authorize = (user: UserInfo, info: RequestInfo) => { readonly allowed: boolean; readonly reason?: string };

/** Who asks without credentials. */
export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Throws the 403 that names user, verb and resource as upstream does. */
export function checkAccess(user: UserInfo, info: RequestInfo, authorize: Authorize): void {
  const decision = authorize(user, info);
  if (decision.allowed) return;
  const tail = decision.reason ? `: ${decision.reason}` : '';
  const who = `User ${JSON.stringify(user.name)} cannot ${info.verb}`;
  if (!info.isResource) {
    throw new ApiError(403, 'Forbidden', `forbidden: ${who} path ${JSON.stringify(info.path)}${tail}`, {});
  }
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  const where = info.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(info.namespace)}`;
  const what = `resource ${JSON.stringify(resource)} in API group ${JSON.stringify(info.group)} ${where}`;
  throw forbidden({ group: info.group, plural: info.resource }, info.name, `${who} ${what}${tail}`);
}
