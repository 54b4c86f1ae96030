import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The digests that images had when they were locked, by name and tag: `segmentry lock-images` writes it. */
const LOCK_FILE = 'images.lock.json';

/** `-c baseImage=…`, `-c ffmpegImage=…`: for accounts that mirror the public images. */
const SETTINGS: Record<string, string> = {
  BASE_IMAGE: 'baseImage',
  FFMPEG_IMAGE: 'ffmpegImage',
  NODE_IMAGE: 'nodeImage',
  CUDA_IMAGE: 'cudaImage',
};

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/**
 * The images that a function's image is built on, by the arguments of its Dockerfile: as they are set, else as the
 * Dockerfile names them, and by their digests where those are locked. A tag can be moved to another image, so whoever
 * deploys is told of each that is left.
 */
export function baseImagesOf(scope: Construct, name: string, file = 'Dockerfile'): Record<string, string> {
  const locked = readLocked(String(scope.node.tryGetContext('imagesLockFile') ?? LOCK_FILE));
  const dockerfile = readFileSync(join('lambdas', name, file), 'utf8');
  const images = [...dockerfile.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, arg = '', preset = '']) => {
    const image = String(scope.node.tryGetContext(SETTINGS[arg] ?? arg) ?? preset);
    const digest = locked[image];
    return [arg, digest === undefined ? image : `${image}@${digest}`] as const;
  });
  for (const [arg, image] of images) {
    if (DIGEST.test(image)) continue;
    Annotations.of(scope).addWarningV2(
      `segmentry:${arg}`,
      `${name} is built on ${image}, which can change under its tag. Name it by its digest (docs/deploy.md).`,
    );
  }
  return Object.fromEntries(images);
}

const readLocked = (path: string): Record<string, string | undefined> =>
  existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
