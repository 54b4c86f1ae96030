import { chmodSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The pinned ffmpeg and ffprobe. */
export function videoTools(): { ffmpeg: string; ffprobe: string } {
  const ffmpeg: string = require('@ffmpeg-installer/ffmpeg').path;
  const ffprobe: string = require('@ffprobe-installer/ffprobe').path;
  // Published without its executable bit.
  chmodSync(ffprobe, 0o755);
  return { ffmpeg, ffprobe };
}
