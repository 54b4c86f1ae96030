import { spawnSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashSources } from './hash-sources.ts';
import { keepFolder } from './kept.ts';
import { locatePackage } from './locate-package.ts';
import type { TargetDifferences } from './target.ts';

type Platform = TargetDifferences['platform'];

/** Packages with native parts: they can't be bundled, so just what runs is linked beside the bundle. */
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
  /** Files of that folder that go along as they are. */
  readonly files: readonly string[];
}

/** Bundles by their content; `npm ci` clears it. */
const CACHE = join('node_modules', '.cache', 'segmentry', 'bundles');

const PROGRAM = 'lib/bundle-functions.ts';
/** All that code is bundled from. */
const SOURCES = [
  'core',
  'lambdas',
  'lib/bundle.ts',
  'lib/trim-packages.ts',
  PROGRAM,
  'package-lock.json',
  'tsconfig.json',
];

/** What has been read in this process stays as it was: one synthesis is of one state of the sources. */
let sources: string | undefined;

/**
 * A function's code folder: an ES module for each entry, its source map, native packages. What the same sources have
 * given before is not made again.
 * @returns the folder.
 * @throws where a native package for the platform can't be had.
 */
export function bundleLambda({ name, native, platform, files }: BundleOptions): string {
  sources ??= hashSources(SOURCES);
  const kept = (whole: readonly string[]) => join(CACHE, [sources, ...whole].join('+'));
  const code = keepFolder(kept(['code']), bundleAll);
  const { os, arch } = platform;
  return keepFolder(kept([name, ...native, ...(native.length > 0 ? [os, arch] : []), ...files]), (folder) => {
    linkFolder(join(code, name), folder);
    for (const file of files) copyFileSync(join('lambdas', name, file), join(folder, file));
    for (const path of native.flatMap((each) => NATIVE_PACKAGES[each](platform))) linkPackage(path, folder);
  });
}

/** By a program of its own: esbuild takes plugins only where it may answer later, and CDK waits for nobody. */
function bundleAll(outdir: string): void {
  const args = [PROGRAM, outdir, ...Object.keys(NATIVE_PACKAGES)];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The functions could not be bundled: ${stderr}`);
}

const linkPackage = (path: string, folder: string) =>
  linkFolder(locatePackage(path), join(folder, 'node_modules', path));

/** Hard links: the files are there a second time without being copied. Nobody changes them in place. */
function linkFolder(source: string, target: string): void {
  if (!statSync(source).isDirectory()) {
    mkdirSync(dirname(target), { recursive: true });
    linkSync(realpathSync(source), target);
    return;
  }
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source)) linkFolder(join(source, name), join(target, name));
}
