/** Measures the store: a commit on the main thread against one in a worker, with many writes in flight and with one at a time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { Store } from '../src/ports.ts';
import type { Journal } from '../src/server/store/journal.ts';
import { JournaledStore } from '../src/server/store/journaled-store.ts';
import { openMemoryStore } from '../src/server/store/memory.ts';
import { crateOf, packInto, unpack } from '../src/server/store/packed-rows.ts';
import { openSqliteStore } from '../src/server/store/sqlite.ts';
import { SqliteFile } from '../src/server/store/sqlite-file.ts';

const { values: flags } = parseArgs({
  options: {
    writes: { type: 'string', default: '20000' },
    flight: { type: 'string', default: '250' },
    bytes: { type: 'string', default: '4096' },
    dir: { type: 'string', default: tmpdir() },
  },
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The alternative that was measured and not taken: commits in the thread that serves. */
function mainThread(path: string): Journal {
  const file = SqliteFile.open(path);
  return {
    commit: async (batch) => {
      await turn(); // others join the next commit meanwhile
      file.commit({ ...batch, rows: unpack(packInto(crateOf(0), batch.rows)) });
    },
    close: async () => file.close(),
  };
}

interface Load {
  readonly writes: number;
  readonly flight: number;
  readonly bytes: number;
}

/** Writes with `flight` of them always waiting; each writer goes on in a turn of its own, as a request would. */
async function load(store: Store, { writes, flight, bytes }: Load): Promise<number[]> {
  const padding = 'x'.repeat(bytes - 120);
  const latencies: number[] = [];
  let next = 0;
  const writer = async () => {
    for (let index = next++; index < writes; index = next++) {
      const name = `pod-${index}`;
      const started = performance.now();
      await store.write(`core/pods/bench/${name}`, () => ({ put: { metadata: { name, namespace: 'bench' }, padding } }));
      latencies.push(performance.now() - started);
      await turn();
    }
  };
  await Promise.all(Array.from({ length: flight }, writer));
  return latencies.sort((a, b) => a - b);
}

async function measure(name: string, open: () => Promise<Store> | Store, shape: Load): Promise<void> {
  const store = await open();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await load(store, { ...shape, writes: Math.min(500, shape.writes) });
  const busyFrom = performance.eventLoopUtilization();
  delay.enable();
  const started = performance.now();
  const latencies = await load(store, shape);
  const seconds = (performance.now() - started) / 1000;
  delay.disable();
  const busy = performance.eventLoopUtilization(busyFrom);
  await store.close();
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]!.toFixed(2);
  console.log(
    `${name.padEnd(12)} ${String(shape.flight).padStart(4)} in flight: ${Math.round(shape.writes / seconds)} writes/s, ` +
      `latency ms p50 ${at(0.5)} p99 ${at(0.99)} max ${at(1)}, event loop busy ${(busy.active / 1000).toFixed(2)} s of ${seconds.toFixed(2)}, ` +
      `stall ms p99 ${(delay.percentile(99) / 1e6).toFixed(1)} max ${(delay.max / 1e6).toFixed(1)}`,
  );
}

const directory = mkdtempSync(join(flags.dir, 'everynode-bench-'));
try {
  const writes = Number(flags.writes);
  const bytes = Number(flags.bytes);
  const many = { writes, flight: Number(flags.flight), bytes };
  const single = { writes: Math.ceil(writes / 20), flight: 1, bytes };
  for (const shape of [many, single]) {
    const place = join(directory, String(shape.flight));
    await measure('memory', () => openMemoryStore(), shape);
    await measure('main thread', () => new JournaledStore(mainThread(`${place}.db`)), shape);
    await measure('worker', () => openSqliteStore(place), shape);
    const started = performance.now();
    const store = await openSqliteStore(place);
    const held = store.list('').length;
    console.log(`worker       open with ${held} objects: ${(performance.now() - started).toFixed(0)} ms`);
    await store.close();
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
