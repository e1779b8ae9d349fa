/** The layer rules of ARCHITECTURE.md; the build fails on a breach. */
const shell = ['client', 'controller', 'server', 'cluster'];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-imports-core',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/|^node_modules/rfc6902/' },
    },
    {
      name: 'ports-import-core',
      severity: 'error',
      from: { path: '^src/ports\\.ts$' },
      to: { pathNot: '^src/core/|^node_modules/rfc6902/' },
    },
    ...shell.map((room) => ({
      name: `${room}-stays-in-its-room`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: `^src/(cli|${shell.filter((other) => other !== room).join('|')})/` },
    })),
    { name: 'source-knows-no-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench)/' } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/', pathNot: '^src/cli/main\\.ts$' }, to: {} },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.gen\\.json$' },
  },
};
