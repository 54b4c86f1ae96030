import { existsSync, readdirSync } from 'node:fs';
import { type BuildOptions, build } from 'esbuild';
import { trimPackages } from './trim-packages.ts';

/**
 * Where the SDK looks for credentials that are not in the environment: loaded when it gets there, which it never does
 * on Lambda. A task gets its own by HTTP, and there only after all the others.
 */
const OTHER_CREDENTIALS = [
  ...['ini', 'process', 'sso', 'web-identity', 'login', 'http'].map(
    (name) => `@aws-sdk/credential-provider-${name}`,
  ),
  '@smithy/credential-provider-imds',
];

/** Handlers, programs that functions start as processes of their own, and tasks. */
const findEntries = (...entries: string[]) =>
  readdirSync('lambdas')
    .flatMap((name) => entries.map((entry) => `lambdas/${name}/${entry}.ts`))
    .filter((path) => existsSync(path));

const [, , outdir = '', ...natives] = process.argv;
const common: BuildOptions = {
  outbase: 'lambdas',
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  // What presigns forms pins a client of its own, of an earlier day: one of them is enough.
  alias: { '@aws-sdk/client-s3': '@aws-sdk/client-s3' },
  plugins: trimPackages,
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

/** All functions in one run: what they share is parsed once, which more than halves the time. */
await Promise.all([
  build({
    ...common,
    entryPoints: findEntries('index', 'trial'),
    external: [...natives, ...OTHER_CREDENTIALS],
  }),
  build({ ...common, entryPoints: findEntries('task'), external: natives }),
]);
