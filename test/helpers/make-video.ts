import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { videoTools } from './video-tools.ts';

/** Makes a video with ffmpeg. @param args all but the output; the name's ending decides the container. */
export function makeVideo(name: string, ...args: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-video-'));
  try {
    const path = join(folder, name);
    execFileSync(videoTools().ffmpeg, ['-v', 'error', ...args, path]);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A moving test image. */
export const testPattern = (size: string, seconds: number) => [
  ...['-f', 'lavfi', '-i', `testsrc=s=${size}:r=10:d=${seconds}`],
  ...['-pix_fmt', 'yuv420p', '-preset', 'ultrafast'],
];
