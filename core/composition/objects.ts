import type * as z from 'zod';
import { createObjectStore } from '../adapters/s3/object-store.ts';
import type { BucketEnvironment } from '../contracts/environment.ts';
import { composeS3 } from './aws-clients.ts';

/** The deployment's bucket. */
export const composeObjects = ({ BUCKET_NAME }: z.output<typeof BucketEnvironment>, s3 = composeS3()) =>
  createObjectStore(s3, BUCKET_NAME);
