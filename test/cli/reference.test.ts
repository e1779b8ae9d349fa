/** The reference pages say what the code says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLI_REFERENCE, cliReference } from '../../scripts/cli-reference.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { PROFILES } from '../../src/core/profile.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

/** Every source file below a folder, as one text. */
function source(folder: string): string {
  const files = readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.map((name) => read(`${folder}/${name}`)).join('\n');
}

function found(text: string, pattern: RegExp): string[] {
  return [
    ...new Set([...text.matchAll(pattern)].flatMap((match) => match.slice(1)).filter((group) => group !== undefined)),
  ].sort();
}

/** What the code has and the page lacks, and the other way round. */
function check({ code, page }: { code: readonly string[]; page: readonly string[] }): void {
  expect(code.length).toBeGreaterThan(0);
  expect({ missing: code.filter((one) => !page.includes(one)), surplus: page.filter((one) => !code.includes(one)) }).toEqual({
    missing: [],
    surplus: [],
  });
}

describe('reference', () => {
  it('cli.md is what the help says (node scripts/cli-reference.ts)', () => {
    expect(readFileSync(CLI_REFERENCE, 'utf8')).toBe(cliReference());
  });

  it('reasons.md has every reason of the brain', () => {
    const brain = source('src/core/daemonset') + read('src/core/kube/node-affinity.ts');
    const code = found(brain, /(?:code|reason): '(\w+)'|removal\(\w+, '(\w+)'|'(\w+DaemonPod)'/g);
    check({ code, page: found(read('docs/reference/reasons.md'), /\| `(\w+)` +\| [^|]+\|/g) });
  });

  it('annotations.md has every one of ours', () => {
    const code = found(source('src'), /'(everynode\.dev\/(?!v\d)[a-z-]+)'/g);
    check({ code, page: found(read('docs/reference/annotations.md'), /^\| `(everynode\.dev\/[a-z-]+)/gm) });
  });

  it('exit-codes.md has every code', () => {
    const code = Object.values(EXIT).map(String);
    check({ code, page: found(read('docs/reference/exit-codes.md'), /^\| (\d+) +\|/gm) });
  });

  it('profiles.md has every setting', () => {
    check({ code: Object.keys(PROFILES.handbook), page: found(read('docs/reference/profiles.md'), /^\| `(\w+)` +\|/gm) });
  });

  it('simulation.md has every effect', () => {
    const rules = read('src/core/node/simulation-rules.ts');
    const code = found(rules.slice(rules.indexOf('const EFFECTS')), /^ {2}(\w+): \[/gm);
    check({ code, page: found(read('docs/reference/simulation.md'), /^\| `(\w+)` +\|/gm) });
  });

  it('links lead somewhere', () => {
    const pages = [
      'README.md',
      'CONTRIBUTING.md',
      ...readdirSync(new URL('docs', ROOT), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ];
    for (const page of pages) {
      for (const link of found(read(page), /\]\((?!https?:)([^)#]+)\)/g)) {
        expect(existsSync(new URL(link, new URL(page, ROOT))), `${page}: ${link}`).toBe(true);
      }
    }
  });
});
