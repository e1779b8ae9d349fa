/** A process that writes under load and says on stdout what was acknowledged, to be killed at any moment. */
import { openSqliteStore } from '../../src/server/store/sqlite.ts';

const [directory = '', writers = '1'] = process.argv.slice(2);
const store = await openSqliteStore(directory, { events: 2000, bytes: 64 * 1024 * 1024 });
process.stdout.write(`open ${store.revision}\n`);

/** Every writer owns ten keys and raises their counters; each seventh write removes one, which also must not come back. */
async function write(writer: number): Promise<never> {
  for (let count = 0; ; count++) {
    const name = `w${writer}-${count % 10}`;
    const padding = String.fromCharCode(97 + (count % 26)).repeat(200 + ((count * 611) % 6000));
    const entry = await store.write(`pods/crash/${name}`, (current) =>
      current && count % 7 === 0
        ? { remove: current }
        : { put: { metadata: { name }, round: process.pid, count, padding, length: padding.length } },
    );
    const key = entry!.key;
    process.stdout.write(`${key} ${entry!.revision} ${store.get(key) ? 'put' : 'gone'}\n`);
  }
}

if (writers !== '0') for (let writer = 0; writer < Number(writers); writer++) void write(writer);
