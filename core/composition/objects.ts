import { S3Client } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { createObjectStore } from '../adapters/s3/object-store.ts';
import type { BucketEnvironment } from '../contracts/environment.ts';

/** An emulator's buckets have no host names of their own. */
export const composeS3 = () => new S3Client({ forcePathStyle: true });

/** The deployment's bucket. */
export const composeObjects = ({ BUCKET_NAME }: z.output<typeof BucketEnvironment>, s3 = composeS3()) =>
  createObjectStore(s3, BUCKET_NAME);
