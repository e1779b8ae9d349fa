/** The pure half of the REST layer: options, selectors, tokens, request paths, negotiation. */
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { Kind } from '../../src/core/api/kind.ts';
import { CONFIGMAP_KIND } from '../../src/core/api/kinds/configmap.ts';
import { POD_KIND } from '../../src/core/api/kinds/pod.ts';
import { decodeContinue, encodeContinue } from '../../src/core/api/rest/continue-token.ts';
import { removeOptionsFromBody, removeOptionsFromQuery } from '../../src/core/api/rest/delete-options.ts';
import { parseFieldSelector } from '../../src/core/api/rest/field-selector.ts';
import { checkReadOptions, parseReadOptions } from '../../src/core/api/rest/list-options.ts';
import type { Query } from '../../src/core/api/rest/query.ts';
import { compileSelection } from '../../src/core/api/rest/selection.ts';
import { negotiate } from '../../src/server/http/negotiate.ts';
import { requestInfo } from '../../src/server/http/request-info.ts';

function query(text: string): Query {
  const parameters = new URLSearchParams(text);
  return { get: (name) => parameters.get(name) ?? undefined, all: (name) => parameters.getAll(name) };
}

/** What `run` returns, or `<code> <message>` of what it throws. */
function check(run: () => unknown, expected: unknown): void {
  let got: unknown;
  try {
    got = run();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    got = `${error.code} ${error.message}`;
  }
  if (typeof expected === 'string' || expected === undefined) expect(got).toBe(expected);
  else expect(got).toMatchObject(expected as object);
}

describe('list options', () => {
  const read = (text: string) => () => checkReadOptions(parseReadOptions(query(text)));
  it.each([
    ['limit=x', '400 strconv.ParseInt: parsing "x": invalid syntax'],
    ['limit=99999999999999999999', '400 strconv.ParseInt: parsing "99999999999999999999": value out of range'],
    ['limit=-1', undefined],
    [
      'resourceVersion=0&resourceVersionMatch=Exact',
      '422 ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      'resourceVersion=1&resourceVersionMatch=Newest',
      '422 ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Newest": supported values: "Exact", "NotOlderThan", ""',
    ],
    ['watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan', undefined],
  ])('%s', (text, expected) => check(read(text), expected));
});

describe('delete options', () => {
  it.each([
    ['gracePeriodSeconds=5&propagationPolicy=Orphan', { gracePeriodSeconds: 5, propagationPolicy: 'Orphan', dryRun: false }],
    [
      'propagationPolicy=Maybe',
      '422 DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Maybe": supported values: "Foreground", "Background", "Orphan", "nil"',
    ],
  ])('%s', (text, expected) => check(() => removeOptionsFromQuery(query(text)), expected));
  it.each([
    [
      { preconditions: { uid: 'u' }, dryRun: ['All'] },
      { preconditions: { uid: 'u' }, dryRun: true },
    ],
    [
      { orphanDependents: true, propagationPolicy: 'Orphan' },
      '422 DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
    ],
    [
      { gracePeriodSeconds: 'x' },
      '400 json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
    ],
  ])('%j', (body, expected) => check(() => removeOptionsFromBody(body), expected));
});

describe('field selectors', () => {
  it.each([
    [
      'a=b,c!=d,e==f',
      [
        { field: 'a', value: 'b', equal: true },
        { field: 'c', value: 'd', equal: false },
        { field: 'e', value: 'f', equal: true },
      ],
    ],
    ['a=x\\,y\\=z', [{ field: 'a', value: 'x,y=z', equal: true }]],
    ['spec.nodeName=', [{ field: 'spec.nodeName', value: '', equal: true }]],
    ['nothing', "400 invalid selector: 'nothing'; can't understand 'nothing'"],
    ['a=b\\c', '400 invalid field selector: invalid escape sequence: \\c'],
  ])('%s', (text, expected) => check(() => parseFieldSelector(text), expected));

  it('asks only for fields the kind offers', () => {
    check(() => compileSelection(POD_KIND as unknown as Kind, '', 'spec.foo=x'), '400 field label not supported: spec.foo');
    const known = '"data" is not a known field selector: only "metadata.name", "metadata.namespace"';
    check(() => compileSelection(CONFIGMAP_KIND as unknown as Kind, '', 'data=x'), `400 ${known}`);
  });
});

describe('continue tokens', () => {
  it('come back as they went', () => {
    const where = { revision: 42, after: 'näme-1' };
    expect(decodeContinue(encodeContinue(where))).toEqual(where);
  });
  it.each([
    ['%%%', /^400 invalid continue token: continue key is not valid: illegal base64 data at input byte 0$/],
    [btoa('{"v":"other","rv":1,"start":"a"}'), /does not recognize this encoded version "other"$/],
    [btoa('{"v":"meta.k8s.io/v1","rv":1,"start":""}'), /encoded start key empty/],
    [btoa('{"v":"meta.k8s.io/v1","rv":1,"start":"../b"}'), /continue key is not valid: \.\.\/b$/],
  ])('%s', (token, message) => {
    expect(() => decodeContinue(token)).toThrow(ApiError);
    try {
      decodeContinue(token);
    } catch (error) {
      expect(`${(error as ApiError).code} ${(error as ApiError).message}`).toMatch(message);
    }
  });
});

describe('requests', () => {
  it.each([
    ['GET', '/api/v1/namespaces/a/pods', '', { verb: 'list', resource: 'pods', namespace: 'a', name: '' }],
    ['GET', '/api/v1/namespaces/a/pods', 'watch=1', { verb: 'watch' }],
    ['GET', '/api/v1/namespaces/a/pods', 'watch=0', { verb: 'list' }],
    ['GET', '/api/v1/namespaces/a/pods', 'fieldSelector=metadata.name%3Dp', { verb: 'list', name: 'p', collection: true }],
    ['GET', '/api/v1/watch/namespaces/a/pods/p', '', { verb: 'watch', name: 'p', collection: false }],
    ['GET', '/api/v1/namespaces/a', '', { verb: 'get', resource: 'namespaces', namespace: 'a', name: 'a' }],
    ['PUT', '/api/v1/namespaces/a/finalize', '', { verb: 'update', resource: 'namespaces', subresource: 'finalize', name: 'a' }],
    [
      'POST',
      '/api/v1/namespaces/a/pods/p/eviction',
      '',
      { verb: 'create', resource: 'pods', subresource: 'eviction', name: 'p' },
    ],
    ['DELETE', '/apis/apps/v1/namespaces/a/daemonsets', '', { verb: 'deletecollection', group: 'apps', resource: 'daemonsets' }],
    ['GET', '/apis/apps/v1', '', { isResource: false, verb: 'get', path: '/apis/apps/v1' }],
    ['GET', '/healthz', '', { isResource: false }],
  ])('%s %s?%s', (method, path, text, expected) => check(() => requestInfo(method, path, query(text)), expected));
});

describe('accept', () => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const none =
    '406 only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf';
  it.each([
    [undefined, { encoding: 'json', shape: 'Object' }],
    ['*/*', { encoding: 'json' }],
    ['application/yaml', { encoding: 'yaml' }],
    [`${table},application/json`, { shape: 'Table', shapeVersion: 'v1' }],
    [`application/json;q=0.5,${table};q=0.9`, { shape: 'Table' }],
    ['application/vnd.kubernetes.protobuf,application/json', { encoding: 'json', shape: 'Object' }],
    ['application/json;as=Chart;v=v1;g=meta.k8s.io', none],
    ['text/html', none],
  ])('%s', (header, expected) => check(() => negotiate(header), expected));
});
