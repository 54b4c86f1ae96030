import { basename, extname } from 'node:path';
import { readExistingFile } from '../read-existing-file.ts';
import { UsageError } from '../setup-error.ts';
import type { Photograph } from './pipeline-api.ts';

const CONTENT_TYPES: Record<string, string> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.gif': 'image/gif',
  '.heic': 'image/heic',
};

/** @throws UsageError where there is no such file, or its name does not say that it is an image. */
export function readPhotograph(path: string): Photograph {
  const contentType = CONTENT_TYPES[extname(path).toLowerCase()];
  if (contentType === undefined) {
    throw new UsageError(`${path} is not named like an image (${Object.keys(CONTENT_TYPES).join(', ')}).`);
  }
  return { filename: basename(path), contentType, bytes: readExistingFile(path) };
}
