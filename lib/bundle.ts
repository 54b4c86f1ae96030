import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { locatePackage } from './locate-package.ts';
import type { TargetDifferences } from './target.ts';

type Platform = TargetDifferences['platform'];

/** Packages with native parts: they can't be bundled, so just what runs is copied beside the bundle. */
const NATIVE_PACKAGES = {
  sharp: ({ os, arch }: Platform) => [
    'sharp',
    '@img/colour',
    'detect-libc',
    'semver',
    `@img/sharp-${os}-${arch}`,
    `@img/sharp-libvips-${os}-${arch}`,
  ],
  'onnxruntime-node': ({ os, arch }: Platform) => [
    'onnxruntime-common',
    'onnxruntime-node/package.json',
    'onnxruntime-node/dist',
    `onnxruntime-node/bin/napi-v6/${os}/${arch}`,
  ],
} as const;

export type NativePackage = keyof typeof NATIVE_PACKAGES;

export interface BundleOptions {
  /** The folder under `lambdas/`. */
  readonly name: string;
  readonly native: readonly NativePackage[];
  readonly platform: Platform;
  /** Where bundles of this synthesis go. */
  readonly outDirectory: string;
}

/** Handlers, and programs that functions start as processes of their own. */
const findEntries = () =>
  readdirSync('lambdas')
    .flatMap((name) => [`lambdas/${name}/index.ts`, `lambdas/${name}/trial.ts`])
    .filter((path) => existsSync(path));

/** Folders that hold the code of all functions already. */
const bundled = new Set<string>();

/**
 * Makes a function's code folder: an ES module for each entry, its source map, native packages.
 * @returns the folder.
 * @throws where a native package for the platform can't be had.
 */
export function bundleLambda({ name, native, platform, outDirectory }: BundleOptions): string {
  const bundles = join(outDirectory, 'bundles');
  if (!bundled.has(bundles)) bundleAll(bundles);
  bundled.add(bundles);
  const directory = join(bundles, name);
  for (const path of native.flatMap((each) => NATIVE_PACKAGES[each](platform))) copyPackage(path, directory);
  return directory;
}

/** All functions in one run: what they share is parsed once, which more than halves the time. */
function bundleAll(outdir: string): void {
  // What an earlier synthesis left there must not be deployed with this one.
  rmSync(outdir, { recursive: true, force: true });
  buildSync({
    entryPoints: findEntries(),
    outbase: 'lambdas',
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: Object.keys(NATIVE_PACKAGES),
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}

function copyPackage(path: string, directory: string): void {
  const source = locatePackage(path);
  const target = join(directory, 'node_modules', path);
  mkdirSync(join(target, '..'), { recursive: true });
  cpSync(source, target, { recursive: true, dereference: true });
}
