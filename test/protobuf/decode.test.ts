/** Objects in protocol buffers, as clients send them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeProtobuf } from '../../src/core/api/protobuf/decode.ts';
import { messageShapes } from '../../src/core/api/protobuf/descriptor.ts';
import { MESSAGES } from '../../src/core/api/protobuf/messages.ts';
import { POD_MESSAGES } from '../../src/core/api/protobuf/pod-messages.ts';

type Part = readonly [number, number | bigint | string | Uint8Array | readonly Part[]];

/** Writes the wire format, on its own. */
function encode(parts: readonly Part[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap(([number, value]) => {
      if (typeof value === 'number' || typeof value === 'bigint')
        return [...varint(BigInt(number) << 3n), ...varint(BigInt.asUintN(64, BigInt(value)))];
      const bytes =
        typeof value === 'string' ? new TextEncoder().encode(value) : value instanceof Uint8Array ? value : encode(value);
      return [...varint((BigInt(number) << 3n) | 2n), ...varint(BigInt(bytes.length)), ...bytes];
    }),
  );
}

function varint(value: bigint): number[] {
  return value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
}

function envelope(apiVersion: string, kind: string, object: readonly Part[]): Uint8Array {
  const typeMeta: Part = [
    1,
    [
      [1, apiVersion],
      [2, kind],
    ],
  ];
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, ...encode([typeMeta, [2, object], [3, ''], [4, '']])]);
}

/** Decodes an object and compares everything but version and kind. */
function check([apiVersion, kind]: readonly [string, string], parts: readonly Part[], expected: Record<string, unknown>): void {
  expect(decodeProtobuf(envelope(apiVersion, kind, parts))).toEqual({ apiVersion, kind, ...expected });
}

test('what kubectl 1.36 sends for `auth can-i create daemonsets`', () => {
  const hex = `
    6b 38 73 00 0a 32 0a 17 61 75 74 68 6f 72 69 7a 61 74 69 6f 6e 2e 6b 38 73 2e 69 6f 2f 76 31 12
    17 53 65 6c 66 53 75 62 6a 65 63 74 41 63 63 65 73 73 52 65 76 69 65 77 12 49 0a 10 0a 00 12 00
    1a 00 22 00 2a 00 32 00 38 00 42 00 12 2b 0a 29 0a 07 64 65 66 61 75 6c 74 12 06 63 72 65 61 74
    65 1a 04 61 70 70 73 22 00 2a 0a 64 61 65 6d 6f 6e 73 65 74 73 32 00 3a 00 1a 08 08 00 12 00 1a
    00 20 00 1a 00 22 00`;
  const bytes = Uint8Array.from(hex.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));
  expect(decodeProtobuf(bytes)).toEqual({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    metadata: {},
    spec: { resourceAttributes: { namespace: 'default', verb: 'create', group: 'apps', resource: 'daemonsets' } },
    status: {},
  });
});

test('maps, bytes, pointers to zero and times', () => {
  const metadata: Part = [
    1,
    [
      [1, 'a'],
      [3, ''],
      [8, []],
      [
        11,
        [
          [1, 'k'],
          [2, ''],
        ],
      ],
      [
        11,
        [
          [1, 'l'],
          [2, 'v'],
        ],
      ],
    ],
  ];
  check(
    ['v1', 'Secret'],
    [
      metadata,
      [
        2,
        [
          [1, 'token'],
          [2, new Uint8Array([0, 255])],
        ],
      ],
      [3, 'Opaque'],
      [5, 0],
    ],
    {
      metadata: { name: 'a', labels: { k: '', l: 'v' } },
      data: { token: 'AP8=' },
      type: 'Opaque',
      immutable: false,
    },
  );
  check(
    ['coordination.k8s.io/v1', 'Lease'],
    [
      [
        2,
        [
          [1, 'me'],
          [
            4,
            [
              [1, 1_700_000_000],
              [2, 120_000],
            ],
          ],
          [5, 0],
        ],
      ],
    ],
    {
      spec: { holderIdentity: 'me', renewTime: '2023-11-14T22:13:20.000120Z', leaseTransitions: 0 },
    },
  );
});

test('numbers are 64 bits with a sign', () => {
  check(
    ['scheduling.k8s.io/v1', 'PriorityClass'],
    [
      [2, -5],
      [3, 1],
    ],
    { value: -5, globalDefault: true },
  );
});

test('int-or-string, quantities and inline structs', () => {
  check(
    ['policy/v1', 'PodDisruptionBudget'],
    [
      [
        2,
        [
          [
            1,
            [
              [1, 1],
              [2, 0],
              [3, '50%'],
            ],
          ],
          [
            3,
            [
              [1, 0],
              [2, 0],
              [3, ''],
            ],
          ],
        ],
      ],
    ],
    {
      spec: { minAvailable: '50%', maxUnavailable: 0 },
    },
  );
  const limits: Part = [
    1,
    [
      [1, 'memory'],
      [2, [[1, '64Mi']]],
    ],
  ];
  const container: Part = [
    2,
    [
      [1, 'c'],
      [8, [limits]],
      [
        11,
        [
          [
            1,
            [
              [
                2,
                [
                  [1, '/'],
                  [
                    2,
                    [
                      [1, 0],
                      [2, 80],
                      [3, ''],
                    ],
                  ],
                ],
              ],
            ],
          ],
          [4, 5],
        ],
      ],
    ],
  ];
  const volume: Part = [
    1,
    [
      [1, 'log'],
      [
        2,
        [
          [
            1,
            [
              [1, '/var/log'],
              [2, ''],
            ],
          ],
        ],
      ],
    ],
  ];
  check(['v1', 'Pod'], [[2, [volume, container]]], {
    spec: {
      volumes: [{ name: 'log', hostPath: { path: '/var/log', type: '' } }],
      containers: [
        {
          name: 'c',
          resources: { limits: { memory: '64Mi' } },
          readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 5 },
        },
      ],
    },
  });
});

test('what is not known is refused, never dropped', () => {
  expect(decodeProtobuf(envelope('example.com/v1', 'Widget', []))).toBeUndefined();
  expect(decodeProtobuf(envelope('v1', 'constructor', []))).toBeUndefined();
  expect(() => decodeProtobuf(envelope('v1', 'ConfigMap', [[99, 'x']]))).toThrow('field 99 of ConfigMap is not known');
  expect(() => decodeProtobuf(new TextEncoder().encode('{"kind":"Pod"}'))).toThrow('expected prefix [107 56 115 0]');
});

test('cut short anywhere, it is either refused or decoded, never anything else', () => {
  const whole = envelope('v1', 'ConfigMap', [
    [1, [[1, 'a']]],
    [
      2,
      [
        [1, 'k'],
        [2, 'v'],
      ],
    ],
  ]);
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(255), (length, byte) => {
      const broken = Uint8Array.from([...whole.subarray(0, length), byte]);
      try {
        expect(['object', 'undefined']).toContain(typeof decodeProtobuf(broken));
      } catch (error) {
        expect((error as Error).constructor.name).toBe('WireError');
      }
    }),
    { numRuns: 300 },
  );
});

test('every message that is named is there', () => {
  const lines = { ...MESSAGES, ...POD_MESSAGES };
  const shapeOf = messageShapes(lines);
  const plain = new Set([
    'string',
    'int',
    'bool',
    'bytes',
    'raw',
    'Time',
    'MicroTime',
    'Quantity',
    'IntOrString',
    'FieldsV1',
    'ExtraValue',
  ]);
  const named = Object.keys(lines).flatMap((name) => [...(shapeOf(name)?.values() ?? [])].map(({ type }) => type));
  expect(named.filter((type) => !plain.has(type) && !shapeOf(type))).toEqual([]);
});
