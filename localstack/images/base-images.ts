import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSources } from '../../lib/hash-sources.ts';
import { isKept, keep } from '../../lib/kept.ts';
import { EMULATOR_HOME, PROJECT } from '../paths.ts';
import type { Progress } from '../progress.ts';
import type { RunFolder } from '../run-folder.ts';
import { SetupError } from '../setup-error.ts';
import { ensureVideoTools } from '../video-tools/ensure-video-tools.ts';
import type { Docker } from './docker.ts';
import { isProgramThere } from './is-program-there.ts';
import { BASE_CHANGES, makeBaseArchive } from './lambda-base.ts';

/** What the Dockerfiles take as their arguments. */
export type BuildArguments = Readonly<Record<string, string>>;

const KEPT = join(EMULATOR_HOME, 'images');
const IMPORT_TIMEOUT_MS = 120_000;

/** Whether the images that stand in for the published ones can be made here. @returns what is missing. */
export function findBaseLack(): string | undefined {
  const isThere = isProgramThere('debootstrap');
  if (isThere && process.getuid?.() === 0) return undefined;
  return `the images' base is made by debootstrap${isThere ? ', which only root may run' : ', which is not here'}; --published takes those that the Dockerfiles name`;
}

/** Images that stand in for those that the Dockerfiles name: what registries of images have is not reached everywhere. */
export async function makeBaseImages(
  docker: Docker,
  run: RunFolder,
  progress: Progress,
): Promise<BuildArguments> {
  const work = run.folder('bases');
  const base = join(
    KEPT,
    `lambda-${hashSources([join(PROJECT, 'localstack', 'images')], process.version)}.tar`,
  );
  if (!isKept(base)) {
    const made = join(work, 'base.tar');
    await makeBaseArchive(work, made);
    keep(made, base);
  }
  const changes = BASE_CHANGES.flatMap((change) => ['--change', change]);
  await docker.run(['import', ...changes, base, 'segmentry-test/base'], IMPORT_TIMEOUT_MS);
  await docker.run(
    ['import', await packVideoTools(work, progress), 'segmentry-test/ffmpeg'],
    IMPORT_TIMEOUT_MS,
  );
  return { BASE_IMAGE: 'segmentry-test/base', FFMPEG_IMAGE: 'segmentry-test/ffmpeg' };
}

/** The programs that a deployment to the emulator takes, where the Dockerfiles expect them. */
async function packVideoTools(folder: string, progress: Progress): Promise<string> {
  const tools = await ensureVideoTools(progress);
  if (tools === undefined)
    throw new SetupError("Images that read videos need ffmpeg, which can't be installed here.");
  copyFileSync(tools.ffmpegPath, join(folder, 'ffmpeg'));
  copyFileSync(tools.ffprobePath, join(folder, 'ffprobe'));
  const archive = join(folder, 'ffmpeg.tar');
  execFileSync('tar', ['-C', folder, '--mode=755', '-cf', archive, 'ffmpeg', 'ffprobe']);
  return archive;
}
