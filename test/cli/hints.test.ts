/** The commands that `up` offers work as they stand: they find the cluster, and the program. */
import { describe, expect, it } from 'vitest';
import { type HintsAbout, hints } from '../../src/cli/hints.ts';

const KUBECONFIG = '/d/kubeconfig';

function check(about: Partial<HintsAbout['options']>, { script, says }: { script: string; says: string }): void {
  const text = hints({ options: { name: 'default', ...about }, kubeconfig: KUBECONFIG, node: 'worker-1' }, script, '/src');
  expect(text).toContain(`  ${says}\n`);
  expect(text).toContain(`export KUBECONFIG=${KUBECONFIG}\n`);
}

describe('hints', () => {
  const add = 'node add another-1';
  const cases: readonly (readonly [name: string, about: Partial<HintsAbout['options']>, script: string, says: string])[] = [
    ['the default cluster', {}, '/usr/lib/bin/everynode', `everynode ${add}`],
    ['a name', { name: 'lab' }, '/usr/lib/bin/everynode', `everynode ${add} --name lab`],
    ['a data directory', { name: 'lab', data: 'd' }, '/usr/lib/bin/everynode', `everynode ${add} --data d`],
    ['a cluster in memory', { memory: true }, '/usr/lib/bin/everynode', `everynode ${add} --kubeconfig ${KUBECONFIG}`],
    ['from the project', {}, '/src/bin/everynode', `bin/everynode ${add}`],
  ];
  for (const [name, about, script, says] of cases) it(name, () => check(about, { script, says }));

  it('offers nothing to do with nodes where there are none', () => {
    expect(hints({ options: { name: 'default' }, kubeconfig: KUBECONFIG, node: undefined })).not.toContain('taint');
  });
});
