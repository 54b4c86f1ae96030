import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const entry = fileURLToPath(new URL('../../../cli/segmentry.mjs', import.meta.url));
const model = fileURLToPath(new URL('../../fixtures/vision/models/yolov8-detect.onnx', import.meta.url));
const photo = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#456' } })
  .png()
  .toBuffer();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-paths-'));
  mkdirSync(join(folder, 'photos/more'), { recursive: true });
  for (const name of ['photos/a.png', 'photos/b.JFIF', 'photos/more/c.png'])
    writeFileSync(join(folder, name), photo);
});
afterEach(() => rmSync(folder, { recursive: true }));

function segmentry(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '' },
    timeout: 60_000,
  });
  expect(stderr).not.toContain('\n    at ');
  const documents = stdout.split('\n').filter((line) => line.startsWith('{'));
  return { status, names: documents.map((line) => JSON.parse(line).image.id as string), stderr };
}

const detect = (...args: string[]) =>
  segmentry('detect', ...args, '--model', model, '--json', '--workers', '1');
const hashOf = (name: string) =>
  createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex');

describe('a folder', () => {
  test('is looked into, and what is passed over is named', () => {
    writeFileSync(join(folder, 'photos/notes.txt'), 'notes');
    const { status, names, stderr } = detect('photos');
    expect(names).toEqual(['photos/a.png', 'photos/b.JFIF']);
    expect(stderr).toContain('photos/more is a folder; --recursive looks into it');
    expect(stderr).toContain('photos/notes.txt is no photograph by its name');
    expect(status).toBe(0);
  });

  test('is looked into to its depths where that is wanted, links in a circle once', () => {
    symlinkSync('..', join(folder, 'photos/more/up'));
    expect(detect('photos', '--recursive').names).toEqual([
      'photos/a.png',
      'photos/b.JFIF',
      'photos/more/c.png',
    ]);
  });

  test.each([
    ['HEIC', 'x.HEIC', Buffer.from('000000186674797068656963000000006d69663168656963', 'hex')],
    ['BMP', 'x.bmp', Buffer.from('424d3a0000000000000036000000', 'hex')],
    ['JPEG XL', 'x.jxl', Buffer.from('ff0a7f00', 'hex')],
    ['WebP', 'x.webp', Buffer.concat([Buffer.from('RIFF\x80\x00\x00\x00WEBPVP8 '), Buffer.alloc(4)])],
  ])('with %s in it says so by name and exits with 1', (format, name, bytes) => {
    writeFileSync(join(folder, 'photos', name), bytes);
    const { status, names, stderr } = detect('photos');
    expect(names).toHaveLength(2);
    expect(stderr).toMatch(new RegExp(`photos/${name}: .*${format}`));
    expect(status).toBe(1);
  });
});

describe('each path ends by itself', () => {
  test.each([
    [
      'a link in a circle',
      () => symlinkSync('loop.jpg', join(folder, 'loop.jpg')),
      'loop.jpg',
      'endless_link',
    ],
    ['a name that is too long', () => {}, `${'x'.repeat(300)}.jpg`, 'name_too_long'],
    [
      'a pipe',
      () => execFileSync('/bin/sh', ['-c', 'mkfifo "$1"', 'sh', join(folder, 'pipe.jpg')]),
      'pipe.jpg',
      'no_regular_file',
    ],
    ['a path through a file', () => {}, 'photos/a.png/b.jpg', 'no_such_file'],
  ])('%s', (_, make, name, code) => {
    make();
    const { status, names, stderr } = detect(name, 'photos/a.png');
    expect(names).toEqual(['photos/a.png']);
    expect(stderr).toContain(`(${code})`);
    expect(status).toBe(1);
  });
});

describe('no drawing replaces a photograph', () => {
  test('in their own folder, however it is called', () => {
    symlinkSync('photos', join(folder, 'link'));
    const before = [hashOf('photos/a.png'), hashOf('photos/b.JFIF')];
    for (const out of ['photos', 'photos/.', 'link']) {
      expect(detect('photos/a.png', 'photos/b.JFIF', '--overlay', out).status).toBe(0);
      expect([hashOf('photos/a.png'), hashOf('photos/b.JFIF')]).toEqual(before);
    }
    expect(readdirSync(join(folder, 'photos'))).toEqual(
      expect.arrayContaining(['a-overlay.png', 'b-overlay.png']),
    );
  });

  test('through a link or a second name in the folder of the drawings', () => {
    mkdirSync(join(folder, 'drawn'));
    symlinkSync('../photos/a.png', join(folder, 'drawn/a.png'));
    linkSync(join(folder, 'photos/b.JFIF'), join(folder, 'drawn/b.png'));
    const before = [hashOf('photos/a.png'), hashOf('photos/b.JFIF')];
    detect('photos/a.png', 'photos/b.JFIF', '--overlay', 'drawn');
    expect([hashOf('photos/a.png'), hashOf('photos/b.JFIF')]).toEqual(before);
    expect(readdirSync(join(folder, 'drawn')).sort()).toEqual(['a-2.png', 'a.png', 'b-2.png', 'b.png']);
  });
});

describe('beside the weights', () => {
  const beside = (name: string, content: string) => {
    copyFileSync(model, join(folder, 'plates.onnx'));
    writeFileSync(join(folder, name), content);
    return segmentry('detect', 'photos/a.png', '--model', 'plates.onnx', '--json');
  };

  test("a web application's manifest is nothing to us", () => {
    const { status, stderr } = beside('manifest.json', '{"short_name": "App", "icons": []}');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('a manifest of an earlier export is told and not used', () => {
    const manifest = JSON.parse(
      execFileSync(process.execPath, [entry, 'models', 'inspect', model, '--json'], { encoding: 'utf8' }),
    );
    const { status, stderr } = beside(
      'plates.manifest.json',
      JSON.stringify({ ...manifest, sha256: '0'.repeat(64) }),
    );
    expect(status).toBe(0);
    expect(stderr).toContain('plates.manifest.json is a manifest of other weights');
  });

  test('a manifest that is none is refused in a line', () => {
    const { status, stderr } = beside('plates.manifest.json', '{"family": "yolov8"}');
    expect(status).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('plates.manifest.json is no manifest of a model');
  });
});
