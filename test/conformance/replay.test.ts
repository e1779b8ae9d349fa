/** The recorded answers of a real API server, replayed against ours: each area keeps at least the passes it has. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, start } from '../server/start.ts';
import { sharedDir } from '../shared.ts';

/** Passes an area must reach; raise them, never lower them. */
const FLOORS: Readonly<Record<string, number>> = {
  apply: 30,
  auth: 10,
  'configmaps-secrets': 11,
  'content-negotiation': 10,
  controllerrevisions: 8,
  'daemonset-create-defaults': 47,
  'daemonset-update': 22,
  'daemonset-validation': 101,
  delete: 25,
  discovery: 29,
  'dry-run': 9,
  errors: 11,
  events: 16,
  'field-validation': 23,
  leases: 4,
  list: 61,
  namespaces: 11,
  nodes: 21,
  'patch-json': 16,
  'patch-merge': 13,
  'patch-strategic': 26,
  poddisruptionbudgets: 2,
  pods: 43,
  priorityclasses: 7,
  rbac: 7,
  serviceaccounts: 4,
  services: 5,
  table: 31,
  watch: 22,
};

interface Report {
  areas: Record<string, { passed: number; failed: number; skipped: number }>;
  results: { name: string; passed: boolean }[];
}

const shared = sharedDir();

describe.skipIf(shared === undefined)('replay of recorded answers (needs ../shared)', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.server.close());

  it.each(Object.entries(FLOORS))(
    '%s passes at least %i',
    async (area, floor) => {
      const report = await replay(join(shared!, 'oracle'), running.port, area);
      const { passed = 0, failed = 0 } = report.areas[area] ?? {};
      const failures = report.results.filter((one) => !one.passed).map((one) => one.name);
      console.log(`${area}: ${passed} of ${passed + failed}${failures.length > 0 ? ` (not: ${failures.join('; ')})` : ''}`);
      expect(passed).toBeGreaterThanOrEqual(floor);
    },
    120_000,
  );
});

function replay(oracle: string, port: number, area: string): Promise<Report> {
  const server = `http://127.0.0.1:${port}`;
  const args = [
    join(oracle, 'replay.mjs'),
    '--server',
    server,
    '--token',
    'admin',
    '--user-token',
    'viewer',
    '--area',
    area,
    '--json',
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      try {
        resolve(JSON.parse(stdout) as Report);
      } catch {
        reject(error ?? new Error('the replay printed no report'));
      }
    });
  });
}
