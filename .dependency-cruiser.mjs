/** The right column of the folder table in docs/architecture.md, as rules. */
const mayOnlyImport = (name, folder, ...allowed) => ({
  name,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { pathNot: [`^${folder}/`, ...allowed], dependencyTypesNot: ['core'] },
});

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolvable',
      comment:
        'Examples import the client as its users do: by the name of its package, which is built first.',
      severity: 'error',
      from: { pathNot: '^client/examples/' },
      to: { couldNotResolve: true },
    },
    mayOnlyImport('contracts-import-only-zod', 'core/contracts', 'node_modules/(zod|@hono/zod-openapi)/'),
    mayOnlyImport('domain-is-pure', 'core/domain', '^core/contracts/', '^core/vision/'),
    {
      name: 'entities-below-capabilities',
      comment: 'What things are does not depend on what is done with them.',
      severity: 'error',
      from: { path: '^core/domain/entities/' },
      to: { path: '^core/domain/', pathNot: '^core/domain/entities/' },
    },
    {
      name: 'domain-folders-without-circles',
      scope: 'folder',
      severity: 'error',
      from: { path: '^core/domain/' },
      to: { circular: true },
    },
    {
      name: 'table-entities-below-records',
      severity: 'error',
      from: { path: '^core/adapters/dynamodb/(entities|table)/' },
      to: { path: '^core/adapters/dynamodb/(records|stream)/' },
    },
    mayOnlyImport('vision-is-pure', 'core/vision', '^core/contracts/'),
    {
      name: 'vision-touches-no-system',
      severity: 'error',
      from: { path: '^core/(vision|contracts)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'domain-only-hashes',
      comment: 'Of Node itself the domain uses node:crypto (ids, hashes), nothing that reaches out.',
      severity: 'error',
      from: { path: '^core/domain/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    mayOnlyImport('runtime-stands-on-domain', 'core/runtime', '^core/(domain|contracts)/', 'node_modules/'),
    mayOnlyImport(
      'composition-puts-together',
      'core/composition',
      '^core/(adapters|domain|contracts)/',
      'node_modules/',
    ),
    {
      name: 'composed-by-entry-points',
      comment:
        'What is put together for a function is put together where it starts, and handed on from there.',
      severity: 'error',
      from: {
        pathNot:
          '^(core/composition|cli|localstack|test|bench)/|^lambdas/[^/]+/(index|task(-process)?)\\.ts$',
      },
      to: { path: '^core/composition/' },
    },
    mayOnlyImport(
      'adapters-stand-on-domain',
      'core/adapters',
      '^core/(domain|contracts|vision)/',
      'node_modules/',
    ),
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: { path: '^core/adapters/([^/]+)/' },
      to: { path: '^core/adapters/', pathNot: '^core/adapters/$1/' },
    },
    {
      name: 'lambdas-do-not-know-each-other',
      severity: 'error',
      from: { path: '^lambdas/([^/]+)/' },
      to: { path: '^lambdas/', pathNot: '^lambdas/$1/' },
    },
    mayOnlyImport('lambdas-stand-on-core', 'lambdas', '^core/', 'node_modules/'),
    mayOnlyImport('command-line-stands-on-core', 'cli', '^core/', '^client/index[.]ts$', 'node_modules/'),
    mayOnlyImport(
      'launchers-stand-on-core',
      'localstack',
      '^core/',
      '^lib/(kept|hash-sources)[.]ts$',
      'node_modules/',
    ),
    mayOnlyImport(
      'infrastructure-imports-no-runtime',
      'lib',
      '^core/contracts/',
      '^stages/',
      'node_modules/(aws-cdk-lib|constructs|esbuild)/',
    ),
    mayOnlyImport('stages-are-settings', 'stages', '^lib/'),
    mayOnlyImport('entry-imports-only-stacks', 'bin', '^lib/', 'node_modules/(aws-cdk-lib|constructs)/'),
    {
      name: 'client-imports-only-contracts',
      comment: 'And of those the types alone: what is imported to run is its own.',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/(build|examples)/' },
      to: { pathNot: ['^client/', '^core/contracts/', 'node_modules/zod/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'client-runs-on-nothing-else',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/(build|examples)/' },
      to: { path: ['^core/', '^node_modules/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'client-runs-in-browsers',
      comment: 'Only what opens a path asks Node for a module, by a name that bundlers do not follow.',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/(build|examples)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?fs$' },
    },
    {
      name: 'console-imports-client-and-contracts',
      severity: 'error',
      from: { path: '^web/', pathNot: '^web/vite' },
      to: { pathNot: ['^web/', '^client/', '^core/contracts/', '^node_modules/preact/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(client|web)/dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
