import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';
import { ZipFile } from 'yazl';
import { videoTools } from '../../test/helpers/video-tools.ts';

/** A JPEG with enough in it to cost what a photograph costs. */
function makePhotograph(width: number, height: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  const small = { width: width / 4, height: height / 4, channels: 3, background: 'gray', noise } as const;
  return sharp({ create: small }).resize(width, height).jpeg({ quality: 90 }).toBuffer();
}

/** @returns the path of a zip of `count` images of two megapixels, each twentieth of twelve. */
export async function makeZip(folder: string, count: number): Promise<string> {
  const path = join(folder, 'images.zip');
  const [ordinary, large] = [await makePhotograph(1600, 1200), await makePhotograph(4000, 3000)];
  const zip = new ZipFile();
  for (let number = 0; number < count; number += 1) {
    const image = number % 20 === 19 ? large : ordinary;
    // Each is another image by its bytes, made when its turn has come.
    const tail = Buffer.from(String(number));
    zip.addReadStreamLazy(
      `${number}.jpg`,
      { compress: false, size: image.byteLength + tail.byteLength },
      (give) => {
        give(null, Readable.from([image, tail]));
      },
    );
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

/** @returns the path of a 1080p video. */
export function makeVideo(folder: string, seconds: number): string {
  const path = join(folder, 'video.mp4');
  execFileSync(videoTools().ffmpeg, [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc=s=1920x1080:r=5:d=${seconds}`],
    ...['-pix_fmt', 'yuv420p', '-preset', 'ultrafast', path],
  ]);
  return path;
}
