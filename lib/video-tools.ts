import { accessSync, chmodSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import type { Construct } from 'constructs';

/** Where the programs are that read videos, as functions are told. */
export interface VideoTools {
  readonly FFMPEG_PATH: string;
  readonly FFPROBE_PATH: string;
}

/** Where the Dockerfiles put them. */
export const IMAGE_VIDEO_TOOLS: VideoTools = {
  FFMPEG_PATH: '/usr/local/bin/ffmpeg',
  FFPROBE_PATH: '/usr/local/bin/ffprobe',
};

/** `-c ffmpegPath=… -c ffprobePath=…`, else those of the pinned packages, else the system's. */
export const findVideoTools = (scope: Construct): VideoTools => ({
  FFMPEG_PATH: given(scope, 'ffmpegPath') ?? packaged('@ffmpeg-installer/ffmpeg') ?? 'ffmpeg',
  FFPROBE_PATH: given(scope, 'ffprobePath') ?? packaged('@ffprobe-installer/ffprobe') ?? 'ffprobe',
});

const given = (scope: Construct, name: string) => scope.node.tryGetContext(name) as string | undefined;

/** @returns undefined where the package has no program for this platform. */
function packaged(name: string): string | undefined {
  try {
    const { path } = createRequire(import.meta.url)(name) as { path: string };
    makeExecutable(path);
    return path;
  } catch {
    return undefined;
  }
}

/** ffprobe is published without its executable bit. */
function makeExecutable(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
}
