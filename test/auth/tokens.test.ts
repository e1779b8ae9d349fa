/** Token files, signed tokens, and token requests. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import { type Claims, type Lookup, userOfClaims } from '../../src/core/api/authentication/service-account-claims.ts';
import { prepareTokenRequest, type TokenRequest } from '../../src/core/api/authentication/token-request.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { SigningKey } from '../../src/server/auth/signing-key.ts';
import { adminToken, StaticTokens } from '../../src/server/auth/static-tokens.ts';
import { parseTokenFile } from '../../src/server/auth/token-file.ts';

const messageOf = (run: () => unknown): string => {
  try {
    return JSON.stringify(run());
  } catch (error) {
    return error instanceof ApiError ? `${error.code} ${error.message}` : (error as Error).message;
  }
};

describe('a token file', () => {
  const check = (text: string, outcome: string) => {
    const lines = messageOf(() =>
      parseTokenFile(text, 'tokens.csv').map(({ token, user }) =>
        [token, user.name, user.uid ?? '', user.groups.join('+')].join(' '),
      ),
    );
    expect(lines).toBe(outcome);
  };
  test.each([
    ['', '[]'],
    ['t,u,1', '["t u 1 "]'],
    ['t,u,1\n', '["t u 1 "]'],
    ['t,u,1\r\n\r\nt2,u2,2,"a,b"\r\n', '["t u 1 ","t2 u2 2 a+b"]'],
    ['t,u,"1","a, b,"\n', '["t u 1 a+b"]'],
    ['t,"u ""the"" one",1,g', '["t u \\"the\\" one 1 g"]'],
    ['t,u,', '["t u  "]'],
    [' t , u , 1 , g ', '["t u 1 g"]'],
    ['a,b,c\nt,u\n', 'tokens.csv:2: at least 3 columns are needed (token,user,uid,"group1,group2"), there are 2'],
    ['a,b,c\n\nt\n', 'tokens.csv:3: at least 3 columns are needed (token,user,uid,"group1,group2"), there is 1'],
    [',u,1', 'tokens.csv:1: the token is empty'],
    ['t,,1', 'tokens.csv:1: the user name is empty'],
    ['a,b,c\nt,u,1,"g', 'tokens.csv:2: a quote stands inside a field, or is never closed'],
    ['t,u"x,1', 'tokens.csv:1: a quote stands inside a field, or is never closed'],
    ['t,"two\nlines",1\nx', 'tokens.csv:3: at least 3 columns are needed (token,user,uid,"group1,group2"), there is 1'],
  ])('%j', check);
});

test('static tokens are found whole; of equal ones the later counts', () => {
  const tokens = new StaticTokens(parseTokenFile('abc,first,1\nabc,second,2\nxyz,third,3', 'f'));
  expect(['abc', 'xyz', 'ab', 'abcd', ''].map((token) => tokens.find(token)?.name)).toEqual([
    'second',
    'third',
    undefined,
    undefined,
    undefined,
  ]);
});

test('keys and the admin token are kept, for their owner alone', () => {
  const directory = mkdtempSync(join(tmpdir(), 'everynode-auth-'));
  try {
    const [first, again] = [adminToken(directory), adminToken(directory)];
    expect(first).toEqual(again);
    expect(first.token).not.toBe(adminToken(undefined).token);
    const signed = SigningKey.open(directory).sign(CLAIMS);
    expect(SigningKey.open(directory).verify(signed)).toEqual(CLAIMS);
    for (const file of ['admin.token', 'pki/service-account.key'])
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

const SECONDS = 1_700_000_000;
const CLAIMS: Claims = {
  aud: ['https://kubernetes.default.svc'],
  exp: SECONDS + 3600,
  iat: SECONDS,
  iss: 'https://kubernetes.default.svc',
  jti: 'j',
  nbf: SECONDS,
  sub: 'system:serviceaccount:n:s',
  'kubernetes.io': { namespace: 'n', serviceaccount: { name: 's', uid: 'su' } },
};

test('a signature holds for its own text and key alone', () => {
  const key = SigningKey.open(undefined);
  const token = key.sign(CLAIMS);
  expect(key.verify(token)).toEqual(CLAIMS);
  const [header, payload, signature] = token.split('.');
  const forged = Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'system:serviceaccount:kube-system:root' })).toString('base64url');
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const text of [
    '',
    'a.b.c',
    `${header}.${payload}`,
    `${header}.${forged}.${signature}`,
    `${unsigned}.${payload}.`,
    `${token}.x`,
    SigningKey.open(undefined).sign(CLAIMS),
  ]) {
    expect(key.verify(text), text).toBeUndefined();
  }
});

const OBJECTS: Record<string, KubeObject> = {
  'serviceaccounts n/s': { metadata: { name: 's', namespace: 'n', uid: 'su' } },
  'pods n/p': { metadata: { name: 'p', namespace: 'n', uid: 'pu' }, spec: { serviceAccountName: 's', nodeName: 'w1' } },
  'pods n/other': { metadata: { name: 'other', namespace: 'n', uid: 'ou' }, spec: { serviceAccountName: 'x' } },
  'nodes /w1': { metadata: { name: 'w1', uid: 'wu' } },
};
const lookup: Lookup = ({ resource }, { namespace = '', name }) => OBJECTS[`${resource} ${namespace}/${name}`];

describe('claims', () => {
  const check = (change: Partial<Claims>, at: number, outcome: string) => {
    const user = () =>
      userOfClaims({ ...CLAIMS, ...change }, { now: at * 1000, audiences: ['https://kubernetes.default.svc'], lookup });
    expect(messageOf(() => user().name)).toBe(outcome);
  };
  const bound = (more: object) => ({ 'kubernetes.io': { ...CLAIMS['kubernetes.io'], ...more } });
  test.each<[string, Partial<Claims>, number, string]>([
    ['in time', {}, SECONDS, '"system:serviceaccount:n:s"'],
    ['at their end', {}, SECONDS + 3600, 'service account token has expired'],
    ['before their time', {}, SECONDS - 1, 'service account token is not valid yet'],
    [
      'for others',
      { aud: ['vault'] },
      SECONDS,
      'token audiences [vault] is invalid for the target audiences [https://kubernetes.default.svc]',
    ],
    ['of another issuer', { iss: 'x' }, SECONDS, 'the token was issued by somebody else'],
    [
      'of an account made anew',
      bound({ serviceaccount: { name: 's', uid: 'old' } }),
      SECONDS,
      'service account token has been invalidated',
    ],
    ['bound to a pod', bound({ pod: { name: 'p', uid: 'pu' } }), SECONDS, '"system:serviceaccount:n:s"'],
    [
      'bound to a pod that is gone',
      bound({ pod: { name: 'gone', uid: 'x' } }),
      SECONDS,
      'service account token has been invalidated',
    ],
  ])('%s', (_name, ...row) => check(...row));
});

describe('a token request', () => {
  const account = OBJECTS['serviceaccounts n/s']!;
  const check = (request: Partial<TokenRequest>, outcome: unknown) => {
    const prepare = () =>
      prepareTokenRequest({ metadata: {}, ...request }, { account, now: SECONDS * 1000 + 500, lookup, uid: () => 'fresh' });
    const said = messageOf(() => {
      const { claims } = prepare();
      return [claims.aud, claims.exp - claims.iat, claims['kubernetes.io']];
    });
    expect(said).toBe(typeof outcome === 'string' ? outcome : JSON.stringify(outcome));
  };
  const ref = (kind: string, name: string, more = {}) => ({
    spec: { boundObjectRef: { apiVersion: 'v1', kind, name, ...more } },
  });
  const short =
    'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes';
  test.each<[string, Partial<TokenRequest>, unknown]>([
    ['of nothing', {}, [['https://kubernetes.default.svc'], 3600, CLAIMS['kubernetes.io']]],
    ['of everything', { spec: { audiences: ['vault'], expirationSeconds: 600 } }, [['vault'], 600, CLAIMS['kubernetes.io']]],
    ['too short', { spec: { expirationSeconds: 10 } }, `422 ${short}`],
    [
      'under another name',
      { metadata: { name: 'x' } },
      '422 TokenRequest.authentication.k8s.io "s" is invalid: metadata.name: Invalid value: "x": must match the service account name if specified',
    ],
    [
      'for a pod',
      ref('Pod', 'p'),
      [
        ['https://kubernetes.default.svc'],
        3600,
        { ...CLAIMS['kubernetes.io'], node: { name: 'w1', uid: 'wu' }, pod: { name: 'p', uid: 'pu' } },
      ],
    ],
    [
      'for a pod of another account',
      ref('Pod', 'other'),
      '400 cannot bind token for serviceaccount "s" to pod running with serviceaccount "x"',
    ],
    ['for a pod that is gone', ref('Pod', 'gone'), '404 pods "gone" not found'],
    [
      'for an older pod',
      ref('Pod', 'p', { uid: 'old' }),
      '409 Operation cannot be fulfilled on Pod "p": the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated',
    ],
    ['for something else', ref('ConfigMap', 'c'), '400 cannot bind token to object of type /v1, Kind=ConfigMap'],
  ])('%s', (_name, ...row) => check(...row));
});
