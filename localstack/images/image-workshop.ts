import type { Progress } from '../progress.ts';
import type { RunFolder } from '../run-folder.ts';
import { type BuildArguments, findBaseLack, makeBaseImages } from './base-images.ts';
import type { Docker } from './docker.ts';
import { findLack, startDocker } from './start-docker.ts';

/** What images are built with. */
export interface ImageWorkshop {
  readonly docker: Docker;
  /** Empty where the images are those that the Dockerfiles name. */
  readonly buildArguments: BuildArguments;
}

export interface WorkshopOptions {
  readonly run: RunFolder;
  readonly progress: Progress;
  /** Told how to end what was started. */
  readonly onEnd: (undo: () => Promise<void>) => void;
  /** Whether to build on the images that the Dockerfiles name, from their registries. */
  readonly published: boolean;
}

/** @returns what this machine lacks, in words, where images can't be built here. */
export async function openImageWorkshop(options: WorkshopOptions): Promise<ImageWorkshop | string> {
  const { run, progress, published } = options;
  const lack = findLack(run) ?? (published ? undefined : findBaseLack());
  if (lack !== undefined) return lack;
  const { docker, stop } = await progress.step('Start Docker, where it is not up', () => startDocker(run));
  options.onEnd(stop);
  const buildArguments = published
    ? {}
    : await progress.step('Make the images that others are built on', () =>
        makeBaseImages(docker, run, progress),
      );
  return { docker, buildArguments };
}
