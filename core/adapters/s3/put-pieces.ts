import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

interface Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
}

type Pieces = AsyncIterable<string | Uint8Array>;

/** S3 takes parts of 5 MB or more; this much is in memory. */
const PART_BYTES = 8 * 1024 * 1024;

/**
 * Stores text or bytes that come in pieces: as one object where it is short, in parts where it is not.
 * @throws what fails first, as callers decide by what it is. Parts that can't be taken back then are left for the
 * bucket's rules, and `partsLeft` of the error says why in its log line.
 */
export async function putPieces(s3: S3Client, target: Target, pieces: Pieces): Promise<void> {
  let upload: MultipartUpload | undefined;
  try {
    let last = Buffer.alloc(0);
    for await (const part of toParts(pieces)) {
      if (last.byteLength > 0) {
        upload ??= await startUpload(s3, target);
        await upload.add(last);
      }
      last = part;
    }
    if (upload === undefined) await s3.send(new PutObjectCommand({ ...target, Body: last }));
    else await upload.finish(last);
  } catch (error) {
    await upload?.abandon().catch((left: unknown) => {
      if (error instanceof Error) Object.assign(error, { partsLeft: String(left) });
    });
    throw error;
  }
}

/** Buffers of `PART_BYTES` or a little more; the last may be shorter. */
async function* toParts(pieces: Pieces): AsyncGenerator<Buffer<ArrayBuffer>> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
    waiting.push(buffer);
    bytes += buffer.byteLength;
    if (bytes >= PART_BYTES) {
      yield Buffer.concat(waiting);
      waiting = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

type MultipartUpload = Awaited<ReturnType<typeof startUpload>>;

async function startUpload(s3: S3Client, target: Target) {
  const { Bucket, Key } = target;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
  const upload = { Bucket, Key, UploadId };
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  const add = async (Body: Buffer) => {
    const PartNumber = Parts.length + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  };
  return {
    add,
    async finish(last: Buffer): Promise<void> {
      await add(last);
      await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
    async abandon(): Promise<void> {
      await s3.send(new AbortMultipartUploadCommand(upload));
    },
  };
}
