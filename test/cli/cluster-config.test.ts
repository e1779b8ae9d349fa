/** `cluster.yaml`: what it may say, and errors that name line, column and field. */
import { describe, expect, it } from 'vitest';
import { parseClusterConfig } from '../../src/cli/cluster-config.ts';
import { CommandError } from '../../src/cli/exit-codes.ts';

const HEAD = 'apiVersion: everynode.dev/v1\nkind: Cluster\n';

function check(text: string, says: string): void {
  let said = 'nothing';
  try {
    parseClusterConfig('cluster.yaml', text);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    expect(error.exitCode).toBe(2);
    said = error.message;
  }
  expect(said).toBe(says);
}

describe('cluster.yaml', () => {
  it('fills in what is not said', () => {
    const [pool] = parseClusterConfig('cluster.yaml', `${HEAD}nodePools:\n- name: a\n`).nodePools;
    expect(pool).toEqual({
      name: 'a',
      count: 1,
      labels: {},
      taints: [],
      os: 'linux',
      arch: 'amd64',
      capacity: {},
      staticPods: [],
    });
  });

  const pool = (line: string) => `${HEAD}nodePools:\n- name: a\n  ${line}\n`;
  const cases: readonly (readonly [name: string, text: string, says: string])[] = [
    ['an empty file', '', 'cluster.yaml: is empty'],
    ['no YAML', 'a: [1', 'cluster.yaml:1:6: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    [
      'another version',
      'apiVersion: v2\nkind: Cluster\nnodePools: []\n',
      'cluster.yaml:1:13: apiVersion: Invalid input: expected "everynode.dev/v1"',
    ],
    ['no pools', HEAD, 'cluster.yaml:1:1: nodePools: Invalid input: expected array, received undefined'],
    [
      'an unknown field',
      `${HEAD}nodePools: []\npool: 1\n`,
      'cluster.yaml:4:1: pool: unknown field; known here: apiVersion, kind, nodePools, simulation',
    ],
    [
      'an unknown field of a pool',
      pool('cuont: 2'),
      'cluster.yaml:5:3: nodePools[0].cuont: unknown field; known here: name, count, labels, taints, os, arch, capacity, simulation, staticPods',
    ],
    [
      'a count that is none',
      pool('count: two'),
      'cluster.yaml:5:10: nodePools[0].count: Invalid input: expected number, received string',
    ],
    [
      'a taint without effect',
      pool('taints: [a=b]'),
      'cluster.yaml:5:12: nodePools[0].taints[0]: taint "a=b" needs an effect, one of NoSchedule, PreferNoSchedule, NoExecute: write key=value:NoSchedule',
    ],
    [
      'an amount that is none',
      pool('capacity: {cpu: many}'),
      'cluster.yaml:5:19: nodePools[0].capacity.cpu: "many" is no quantity; write 4, 500m or 16Gi',
    ],
    [
      'a number that YAML does not take for a text',
      pool('labels: {a: 1}'),
      'cluster.yaml:5:15: nodePools[0].labels.a: Invalid input: expected string, received number',
    ],
    [
      'a bad effect',
      pool('simulation: {startDelay: soon}'),
      'cluster.yaml:5:15: nodePools[0].simulation: startDelay: "soon" is not a duration such as 2s, or a range such as 200ms-800ms',
    ],
    [
      'two pools with one name',
      `${pool('count: 1')}- name: a\n`,
      'cluster.yaml:6:9: nodePools[1].name: node a is also made by nodePools[0]',
    ],
    [
      'two documents',
      `${HEAD}nodePools: []\n---\na: 1\n`,
      'cluster.yaml:4:1: one document is expected here, and this is a second one',
    ],
  ];
  for (const [name, text, says] of cases) it(`refuses ${name}`, () => check(text, says));
});
