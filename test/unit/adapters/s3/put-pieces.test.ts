import type { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { putPieces } from '../../../../core/adapters/s3/put-pieces.ts';
import { UnusableVideoError } from '../../../../core/domain/entities/video.ts';

const target = { Bucket: 'b', Key: 'k', ContentType: 'text/plain' };
const MEGABYTE = 'x'.repeat(1024 * 1024);

/** An S3 that puts parts together, and fails at the command that is named. */
function createS3(...failAt: string[]) {
  const sent: string[] = [];
  const parts: Buffer[] = [];
  let stored: Buffer | undefined;
  const client = {
    send: async (command: { input: { Body?: Buffer } }) => {
      const { input } = command;
      const name = command.constructor.name.replace('Command', '');
      sent.push(name);
      if (failAt.includes(name)) throw new Error(`${name} failed`);
      if (name === 'PutObject') stored = input.Body;
      if (name === 'UploadPart') parts.push(input.Body as Buffer);
      if (name === 'CompleteMultipartUpload') stored = Buffer.concat(parts);
      return { UploadId: 'u', ETag: 'e' };
    },
  };
  return { client: client as unknown as S3Client, sent, parts, stored: () => stored?.toString() };
}

async function* pieces(count: number, piece = MEGABYTE) {
  for (let index = 0; index < count; index += 1) yield piece;
}

it('stores little as one object, nothing as an empty one', async () => {
  const s3 = createS3();
  await putPieces(s3.client, target, pieces(3, 'é'));
  expect(s3.sent).toEqual(['PutObject']);
  expect(s3.stored()).toBe('ééé');
  await putPieces(s3.client, target, pieces(0));
  expect(s3.stored()).toBe('');
});

it('stores much in parts that S3 takes, byte for byte', async () => {
  const s3 = createS3();
  await putPieces(s3.client, target, pieces(19));
  expect(s3.sent).toEqual([
    'CreateMultipartUpload',
    ...['UploadPart', 'UploadPart', 'UploadPart'],
    'CompleteMultipartUpload',
  ]);
  expect(s3.parts.slice(0, -1).every(({ byteLength }) => byteLength >= 5 * 1024 * 1024)).toBe(true);
  expect(s3.stored()).toBe(MEGABYTE.repeat(19));
});

it('leaves nothing behind where a part or the source fails', async () => {
  const s3 = createS3('UploadPart');
  await expect(putPieces(s3.client, target, pieces(19))).rejects.toThrow('UploadPart failed');
  expect(s3.sent.at(-1)).toBe('AbortMultipartUpload');
  const other = createS3();
  async function* breaking() {
    yield* pieces(17);
    throw new Error('a result is gone');
  }
  await expect(putPieces(other.client, target, breaking())).rejects.toThrow('a result is gone');
  expect(other.sent.at(-1)).toBe('AbortMultipartUpload');
});

it('throws what failed first where that could not be taken back either, and says so in it', async () => {
  const s3 = createS3('UploadPart', 'AbortMultipartUpload');
  await expect(putPieces(s3.client, target, pieces(19))).rejects.toMatchObject({
    message: 'UploadPart failed',
    partsLeft: 'Error: AbortMultipartUpload failed',
  });
  const damaged = new UnusableVideoError('damaged_video', 'It is cut off.');
  async function* breaking() {
    yield* pieces(17);
    throw damaged;
  }
  await expect(putPieces(createS3('AbortMultipartUpload').client, target, breaking())).rejects.toBe(damaged);
});
