import { existsSync, readdirSync } from 'node:fs';
import { build } from 'esbuild';
import { trimPackages } from './trim-packages.ts';

/**
 * Where the SDK looks for credentials that are not in the environment: loaded when it gets there, which it never does
 * on Lambda.
 */
const OTHER_CREDENTIALS = [
  ...['ini', 'process', 'sso', 'web-identity', 'login', 'http'].map(
    (name) => `@aws-sdk/credential-provider-${name}`,
  ),
  '@smithy/credential-provider-imds',
];

/** Handlers, programs that functions start as processes of their own, and tasks. */
const findEntries = () =>
  readdirSync('lambdas')
    .flatMap((name) => ['index', 'trial', 'task'].map((entry) => `lambdas/${name}/${entry}.ts`))
    .filter((path) => existsSync(path));

/** All functions in one run: what they share is parsed once, which more than halves the time. */
const [, , outdir = '', ...natives] = process.argv;
await build({
  entryPoints: findEntries(),
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
  external: [...natives, ...OTHER_CREDENTIALS],
  // What presigns forms pins a client of its own, of an earlier day: one of them is enough.
  alias: { '@aws-sdk/client-s3': '@aws-sdk/client-s3' },
  plugins: trimPackages,
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
