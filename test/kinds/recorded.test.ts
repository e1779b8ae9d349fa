/** The recorded answers of a real API server, replayed through the pure core: kinds, admission and tables. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sharedDir } from '../shared.ts';
import { post, RecordedWorld, type Step } from './recorded-world.ts';

interface RecordedStep extends Step {
  capture?: Record<string, string>;
  pick?: unknown;
  drop?: string[];
  mask?: string[];
  compare?: string;
  stream?: boolean;
  background?: unknown;
  expect: { status: number; headersSubset?: { warning?: string[] }; body?: unknown };
}

interface RecordedCase {
  name: string;
  setup?: string[];
  steps: RecordedStep[];
}

interface Replay {
  subst(value: unknown, vars: Record<string, string>): unknown;
  normalise(value: unknown, context: { names: [string, string][] }): unknown;
  diff(expected: unknown, got: unknown): { path: string; expected: unknown; got: unknown }[];
  ptr(value: unknown, pointer: string): unknown;
}

/** How many steps each area compares at least, and the cases that need more than the pure core. */
const AREAS: Record<string, { steps: number; except?: string[] }> = {
  namespaces: { steps: 34 },
  nodes: { steps: 32 },
  events: { steps: 23 },
  leases: { steps: 10 },
  'configmaps-secrets': { steps: 17 },
  serviceaccounts: { steps: 5 },
  services: { steps: 11 },
  poddisruptionbudgets: { steps: 7 },
  priorityclasses: { steps: 10 },
  rbac: { steps: 15 },
  // the server makes its own classes, under its own name
  table: { steps: 67, except: ['priorityclasses system'] },
  // binding and eviction are the server's
  pods: {
    steps: 76,
    except: [
      'binding by the bindings collection',
      'binding sets PodScheduled and copies annotations',
      'eviction allowed by the budget',
      'eviction without budget',
    ],
  },
  controllerrevisions: { steps: 19 },
  'daemonset-create-defaults': { steps: 48 },
  'daemonset-validation': { steps: 107 },
  'daemonset-update': { steps: 45 },
  // so are routing and scale
  list: { steps: 139, except: ['POST to all namespaces', 'deployment scale'] },
};

const shared = sharedDir();
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: placeholders of the recording, not template strings
const VARS = { NS: 'or-bcdfghjk', ID: 'id-bcdfghjk', RND: 'bcdfghjk' };
const NAMES = {
  names: [
    [VARS.NS, '${NS}'],
    [VARS.ID, '${ID}'],
    [VARS.RND, '${RND}'],
  ] as [string, string][],
};
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above

describe.skipIf(!shared)('recorded answers', async () => {
  const replay = shared ? ((await import(pathToFileURL(join(shared, 'oracle/replay.mjs')).href)) as Replay) : undefined;

  /** Runs a case as far as the pure core goes: how many steps were compared, and how they differ. */
  function check({ setup = [], steps }: RecordedCase): { compared: number; problems: string[] } {
    const world = new RecordedWorld();
    const vars: Record<string, string> = { ...VARS };
    if (setup.includes('namespace')) world.run(post('/api/v1/namespaces', { metadata: { name: VARS.NS } }));
    if (setup.includes('serviceaccount'))
      world.run(post(`/api/v1/namespaces/${VARS.NS}/serviceaccounts`, { metadata: { name: 'default' } }));
    let compared = 0;
    const problems: string[] = [];
    for (const [i, recorded] of steps.entries()) {
      if (recorded.stream || recorded.background || recorded.compare) continue;
      const { expect: wanted, ...request } = recorded;
      const answer = world.run(replay!.subst(request, vars) as Step);
      if (!answer) continue;
      for (const [name, pointer] of Object.entries(recorded.capture ?? {}))
        vars[name] = String(replay!.ptr(answer.body, pointer));
      if (recorded.pick || recorded.drop || recorded.mask) continue;
      compared++;
      const got = replay!.normalise(JSON.parse(JSON.stringify(answer.body)), NAMES);
      for (const one of replay!.diff({ status: wanted.status, body: wanted.body }, { status: answer.status, body: got })) {
        problems.push(
          `step ${i} ${one.path}: expected ${JSON.stringify(one.expected)?.slice(0, 300)}, got ${JSON.stringify(one.got)?.slice(0, 300)}`,
        );
      }
      const warnings = answer.warnings.map((text) => `299 - ${JSON.stringify(text)}`);
      const expected = wanted.headersSubset?.warning ?? [];
      if (JSON.stringify(warnings) !== JSON.stringify(expected)) {
        problems.push(`step ${i} warnings: expected ${JSON.stringify(expected)}, got ${JSON.stringify(warnings)}`);
      }
    }
    return { compared, problems };
  }

  for (const [area, { steps, except = [] }] of Object.entries(AREAS)) {
    it(area, () => {
      const { cases } = JSON.parse(readFileSync(join(shared!, `oracle/cases/${area}.json`), 'utf8')) as { cases: RecordedCase[] };
      let compared = 0;
      const failed: Record<string, string[]> = {};
      for (const one of cases) {
        const result = check(one);
        compared += result.compared;
        if (result.problems.length > 0 && !except.includes(one.name)) failed[one.name] = result.problems;
      }
      console.info(`${area}: ${compared} steps compared, ${Object.keys(failed).length} of ${cases.length} cases differ`);
      expect(failed).toEqual({});
      expect(compared).toBeGreaterThanOrEqual(steps);
    });
  }
});
