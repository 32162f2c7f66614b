/** Who may import whom; the rules of CONTRIBUTING.md. */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(main|renderer|shared)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('shared-stands-alone', 'shared/ is what both sides speak', '^shared/', '^shared/'),
    only('engine-is-plain', 'the engine knows no host and no process', '^main/engine/', '^(main/engine|shared)/'),
    only(
      'inference-is-small',
      'a cell process loads only what it measures with',
      '^main/inference/',
      '^(main/inference|main/engine/(ports|measure|accuracy|onnx|graph)|shared)',
    ),
    only(
      'jobs-compose',
      'job processes join the engine with sessions',
      '^main/jobs/',
      '^(main/jobs|main/inference|main/engine|shared)/',
    ),
    only('rpc-is-thin', 'rpc maps calls to the engine', '^main/rpc/', '^(main/rpc|main/engine|shared)/'),
    only('hosts-show-no-pages', 'a host serves the built pages, it imports none', '^main/hosts/', '^(main|shared)/'),
    only('renderer-is-a-browser', 'the renderer knows only the contract', '^renderer/', '^(renderer|shared)/'),
    {
      name: 'shared-imports-only-zod',
      severity: 'error',
      from: { path: '^shared/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/zod/' },
    },
    {
      name: 'sqlite-only-in-store',
      severity: 'error',
      from: { pathNot: '^main/engine/store/' },
      to: { path: 'node_modules/(@types/)?better-sqlite3' },
    },
    {
      name: 'onnxruntime-only-in-inference',
      severity: 'error',
      from: { pathNot: '^main/inference/' },
      to: { path: 'node_modules/onnxruntime' },
    },
    {
      name: 'sharp-only-in-jobs',
      comment: 'a process that measures or serves decodes no pictures',
      severity: 'error',
      from: { pathNot: '^main/jobs/' },
      to: { path: 'node_modules/sharp' },
    },
    {
      name: 'electron-only-in-desktop',
      severity: 'error',
      from: { pathNot: '^main/hosts/desktop/' },
      to: { path: 'node_modules/electron/' },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(out|dist)/|onnx/generated/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.svelte', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'svelte', 'default'],
    },
  },
};
