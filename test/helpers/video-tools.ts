import { chmodSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findVideoTools } from '../../localstack/video-tools/ensure-video-tools.ts';

const require = createRequire(import.meta.url);

interface VideoPrograms {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

/** The old pair that npm brings, and the current one where a start of the emulator has installed it. */
export function allVideoTools(): Record<string, VideoPrograms> {
  const ffmpeg: string = require('@ffmpeg-installer/ffmpeg').path;
  const ffprobe: string = require('@ffprobe-installer/ffprobe').path;
  // Published without its executable bit.
  chmodSync(ffprobe, 0o755);
  const current = findVideoTools();
  return {
    'ffmpeg of npm': { ffmpeg, ffprobe },
    ...(current && { 'current ffmpeg': { ffmpeg: current.ffmpegPath, ffprobe: current.ffprobePath } }),
  };
}

/** The pair that a deployment to the emulator takes. */
export const videoTools = (): VideoPrograms => Object.values(allVideoTools()).at(-1) as VideoPrograms;
