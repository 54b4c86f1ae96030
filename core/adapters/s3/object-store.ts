import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { ListedObject, ObjectsToList } from '../../domain/entities/objects.ts';
import { putPieces } from './put-pieces.ts';

/** How long a redirect to an object holds. */
const SIGNED_URL_SECONDS = 300;

/** The deployment's bucket. */
export function createObjectStore(s3: S3Client, bucketName: string) {
  const at = (key: string) => ({ Bucket: bucketName, Key: key });

  return {
    async put(key: string, body: Uint8Array | string, contentType: string): Promise<void> {
      await s3.send(new PutObjectCommand({ ...at(key), Body: body, ContentType: contentType }));
    },

    async putPieces(
      key: string,
      pieces: AsyncIterable<string | Uint8Array>,
      contentType: string,
    ): Promise<void> {
      await putPieces(s3, { ...at(key), ContentType: contentType }, pieces);
    },

    async get(key: string, versionId?: string): Promise<Uint8Array> {
      const { Body } = await s3.send(
        new GetObjectCommand({ ...at(key), ...(versionId !== undefined && { VersionId: versionId }) }),
      );
      if (Body === undefined) throw new Error(`The object ${key} came without a body.`);
      return Body.transformToByteArray();
    },

    /** Bytes of a stretch; `end` is exclusive. */
    async getRange(key: string, start: number, end: number): Promise<Readable> {
      const { Body } = await s3.send(
        new GetObjectCommand({ ...at(key), Range: `bytes=${start}-${end - 1}` }),
      );
      if (!(Body instanceof Readable)) throw new Error(`The object ${key} came without a stream.`);
      return Body;
    },

    /** Its bytes, as they come. */
    async *read(key: string): AsyncGenerator<Uint8Array> {
      const { Body } = await s3.send(new GetObjectCommand(at(key)));
      if (!(Body instanceof Readable)) throw new Error(`The object ${key} came without a stream.`);
      yield* Body;
    },

    async sizeOf(key: string): Promise<number> {
      const { ContentLength = 0 } = await s3.send(new HeadObjectCommand(at(key)));
      return ContentLength;
    },

    /** Copies one version of an object, of up to 5 GB, without reading it here. */
    async copy({ key, version }: { key: string; version: string }, to: string): Promise<void> {
      const CopySource = `${bucketName}/${encodeURIComponent(key)}?versionId=${version}`;
      await s3.send(new CopyObjectCommand({ ...at(to), CopySource }));
    },

    async list({ folder, after, limit }: ObjectsToList): Promise<ListedObject[]> {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucketName,
          Prefix: `${folder}/`,
          MaxKeys: limit,
          ...(after !== undefined && { StartAfter: after }),
        }),
      );
      return Contents.map(({ Key = '', LastModified = new Date() }) => ({
        key: Key,
        writtenAt: LastModified,
      }));
    },

    async has(key: string): Promise<boolean> {
      try {
        await s3.send(new HeadObjectCommand(at(key)));
        return true;
      } catch (error) {
        if (error instanceof NotFound) return false;
        throw error;
      }
    },

    async remove(key: string, versionId?: string): Promise<void> {
      await s3.send(
        new DeleteObjectCommand({ ...at(key), ...(versionId !== undefined && { VersionId: versionId }) }),
      );
    },

    /** A short-lived URL that anyone may read the object by. */
    signedUrl(key: string, expiresIn = SIGNED_URL_SECONDS): Promise<string> {
      return getSignedUrl(s3, new GetObjectCommand(at(key)), { expiresIn });
    },
  };
}
