import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { preparePhotographs } from '../vision/photographs.ts';

/** @returns what gives `count` photographs of 640 × 480, never the same file twice: results of known files are not computed. */
export function createNumberedPhotographs(count: number): () => Promise<Uint8Array[]> {
  const photographs = readPhotographs();
  let number = 0;
  return async () => {
    const all = await photographs;
    return Promise.all(
      Array.from({ length: count }, (_, index) =>
        sharp(all[index % all.length])
          .withExif({ IFD0: { ImageDescription: String(++number) } })
          .jpeg({ quality: 92 })
          .toBuffer(),
      ),
    );
  };
}

async function readPhotographs(): Promise<Uint8Array[]> {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-photographs-'));
  const { ordinary } = await preparePhotographs(folder);
  const photographs = ordinary.map((path) => readFileSync(path));
  rmSync(folder, { recursive: true });
  return photographs;
}
