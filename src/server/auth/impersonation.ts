/** `kubectl --as`: asking on behalf of another user, for those who may (upstream endpoints/filters/impersonation). */

import { ApiError } from '../../core/api/api-error.ts';
import type { Authorizer } from '../../core/api/authorization/attributes.ts';
import type { UserInfo } from '../../core/api/kind.ts';
import { forbidden } from '../../core/api/rest/errors.ts';
import { ANONYMOUS, type Authenticate } from '../access.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One thing to be impersonated, as authorization asks about it. */
interface Wanted {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
}

const AUTHENTICATION = 'authentication.k8s.io';
const EXTRA = 'impersonate-extra-';
const ACCOUNT = 'system:serviceaccount:';

/** Answers with the impersonated user where the headers name one. Throws 403 where the asker may not, 500 for groups without a user. */
export function impersonating(authenticate: Authenticate, authorize: Authorizer): Authenticate {
  return async (request) => {
    const asker = await authenticate(request);
    const { headers } = request;
    const name = one(headers, 'impersonate-user');
    if (name === undefined) {
      if (Object.keys(headers).some((header) => header.startsWith('impersonate-'))) {
        throw new ApiError(500, '', 'requested [] without impersonating a user');
      }
      return asker;
    }
    const next = impersonated(headers, name);
    for (const wanted of wants(next)) confirm(asker ?? ANONYMOUS, wanted, authorize);
    return withUsualGroups(next);
  };
}

function impersonated(headers: Headers, name: string): UserInfo {
  const uid = one(headers, 'impersonate-uid');
  const extra: Record<string, string[]> = {};
  for (const header of Object.keys(headers)) {
    if (header.startsWith(EXTRA)) extra[decodeURIComponent(header.slice(EXTRA.length))] = all(headers, header);
  }
  return {
    name,
    groups: all(headers, 'impersonate-group'),
    ...(uid === undefined ? {} : { uid }),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

function* wants({ name, uid, groups, extra = {} }: UserInfo): Generator<Wanted> {
  const [namespace, account] = name.startsWith(ACCOUNT) ? name.slice(ACCOUNT.length).split(':') : [];
  if (namespace && account) yield { group: '', resource: 'serviceaccounts', namespace, name: account };
  else yield { group: '', resource: 'users', name };
  for (const group of groups) yield { group: '', resource: 'groups', name: group };
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) yield { group: AUTHENTICATION, resource: 'userextras', subresource: key, name: value };
  }
  if (uid !== undefined) yield { group: AUTHENTICATION, resource: 'uids', name: uid };
}

function confirm(
  asker: UserInfo,
  { group, resource, subresource = '', namespace = '', name }: Wanted,
  authorize: Authorizer,
): void {
  const { allowed, reason } = authorize(asker, {
    isResource: true,
    verb: 'impersonate',
    group,
    resource,
    subresource,
    namespace,
    name,
  });
  if (allowed) return;
  const what = JSON.stringify(subresource === '' ? resource : `${resource}/${subresource}`);
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const text = `User ${JSON.stringify(asker.name)} cannot impersonate resource ${what} in API group ${JSON.stringify(group)} ${where}`;
  throw forbidden({ group, plural: resource }, name, reason ? `${text}: ${reason}` : text);
}

/** A service account without groups gets its own; everybody but the anonymous user is authenticated. */
function withUsualGroups(user: UserInfo): UserInfo {
  const [namespace] = user.name.startsWith(ACCOUNT) ? user.name.slice(ACCOUNT.length).split(':') : [];
  const own =
    user.groups.length === 0 && namespace ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : user.groups;
  const last = user.name === ANONYMOUS.name ? 'system:unauthenticated' : 'system:authenticated';
  const settled = own.includes('system:authenticated') || own.includes('system:unauthenticated');
  return { ...user, groups: settled ? own : [...own, last] };
}

function one(headers: Headers, name: string): string | undefined {
  return all(headers, name)[0];
}

/** Node joins repeated headers with a comma and a space. */
function all(headers: Headers, name: string): string[] {
  const value = headers[name];
  if (value === undefined || value === '') return [];
  return Array.isArray(value) ? value : value.split(', ');
}
