import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { videoTools } from '../video-tools.ts';

/** A video whose frames are of 64 x 48 for two seconds, and much larger then. */
export function switchSize(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-switch-'));
  const make = (name: string, ...args: string[]) =>
    execFileSync(videoTools().ffmpeg, ['-v', 'error', ...args, join(folder, name)]);
  try {
    for (const [name, size] of Object.entries({ small: '64x48', huge: '1280x960' }))
      make(
        `${name}.webm`,
        '-f',
        'lavfi',
        '-i',
        `color=gray:s=${size}:r=2:d=2`,
        '-c:v',
        'libvpx',
        '-deadline',
        'realtime',
      );
    writeFileSync(join(folder, 'parts.txt'), 'file small.webm\nfile huge.webm\n');
    make('both.webm', '-f', 'concat', '-i', join(folder, 'parts.txt'), '-c', 'copy');
    return readFileSync(join(folder, 'both.webm'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
