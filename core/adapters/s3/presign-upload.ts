import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { PresignedForm, PresignUpload } from '../../domain/uploads/create-upload.ts';

/** Makes forms that S3 itself holds to the exact key, the content type and the size. */
export function createUploadPresigner(s3: S3Client, bucketName: string) {
  return ({
    key,
    contentType,
    leastBytes = 1,
    limitBytes,
    expirySeconds,
  }: PresignUpload): Promise<PresignedForm> =>
    createPresignedPost(s3, {
      Bucket: bucketName,
      Key: key,
      Fields: { 'Content-Type': contentType },
      Conditions: [
        ['content-length-range', leastBytes, limitBytes],
        ['eq', '$Content-Type', contentType],
      ],
      Expires: expirySeconds,
    });
}
