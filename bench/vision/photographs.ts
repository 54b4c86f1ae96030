import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

export const sharedModel = (name: string) => join(SHARED, 'models', name);
export const hasSharedData = () => existsSync(sharedModel('yolov8n-seg.onnx'));

const sharedPhoto = (name: string) => join(SHARED, 'images', name);

/** COCO photographs with a few objects each. */
const ORDINARY = [
  '000000000009',
  '000000000139',
  '000000000632',
  '000000000785',
  '000000001268',
  '000000002006',
];

/** Busy ones; side by side they hold about 40 objects. */
const BUSY = [
  '000000000139',
  '000000001268',
  '000000000785',
  'bus',
  '000000002006',
  '000000001296',
  '000000000450',
  '000000002431',
  '000000006471',
  '000000001425',
  '000000002157',
  '000000008277',
];

export interface Photographs {
  /** Paths of 640 × 480 photographs. */
  readonly ordinary: readonly string[];
  readonly bus: string;
  /** A folder of twelve busy ones as they are. */
  readonly busyFolder: string;
  /** 4,032 × 3,024 pixels. */
  readonly twelveMegapixels: string;
}

/** Makes the photographs that are not there as files. */
export async function preparePhotographs(folder: string): Promise<Photographs> {
  mkdirSync(folder, { recursive: true });
  const ordinary = await Promise.all(
    ORDINARY.map(async (name) => {
      const path = join(folder, `${name}.jpg`);
      const image = sharp(sharedPhoto(`${name}.jpg`)).resize(640, 480, { fit: 'cover' });
      writeFileSync(path, await image.jpeg({ quality: 92 }).toBuffer());
      return path;
    }),
  );
  const twelveMegapixels = join(folder, 'twelve-megapixels.jpg');
  writeFileSync(twelveMegapixels, await mosaic(4032, 3024));
  const busyFolder = join(folder, 'busy');
  mkdirSync(busyFolder);
  for (const name of BUSY) cpSync(sharedPhoto(`${name}.jpg`), join(busyFolder, `${name}.jpg`));
  return { ordinary, bus: sharedPhoto('bus.jpg'), busyFolder, twelveMegapixels };
}

/** All photographs, three times as large. @returns their paths. */
export async function enlargeThreefold(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(join(SHARED, 'images')).filter((name) => name.endsWith('.jpg'));
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name.replace('.jpg', '.png'));
      const { width, height } = await sharp(sharedPhoto(name)).metadata();
      await sharp(sharedPhoto(name))
        .resize(3 * width, 3 * height, { kernel: 'cubic' })
        .png({ compressionLevel: 1 })
        .toFile(path);
      return path;
    }),
  );
}

/** Four by three photographs, enlarged. */
async function mosaic(width: number, height: number): Promise<Buffer> {
  const cell = { width: width / 4, height: height / 3 };
  const cells = await Promise.all(
    BUSY.map(async (name, index) => ({
      input: await sharp(readFileSync(sharedPhoto(`${name}.jpg`)))
        .resize(cell.width, cell.height)
        .toBuffer(),
      left: (index % 4) * cell.width,
      top: Math.floor(index / 4) * cell.height,
    })),
  );
  return sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite(cells)
    .jpeg({ quality: 92 })
    .toBuffer();
}
