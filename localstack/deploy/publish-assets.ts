import { createWriteStream, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ZipFile } from 'yazl';
import { isKept, keep } from '../../lib/kept.ts';
import { clientConfiguration } from '../client-configuration.ts';
import type { RunningEmulator } from '../emulator.ts';
import { EMULATOR_HOME } from '../paths.ts';
import type { Asset } from './assembly.ts';

const ZIPS = join(EMULATOR_HOME, 'assets');
/** A zip stays on this machine: quickly made counts for more than small. */
const COMPRESSION_LEVEL = 1;
const UPLOADS_AT_A_TIME = 4;

/** The bucket that templates expect their assets in: CDK's bootstrap makes it on AWS. */
export const assetBucketOf = ({ accountId, region }: RunningEmulator['account']) =>
  `cdk-hnb659fds-assets-${accountId}-${region}`;

/** Puts what functions are made of where the templates expect it. A folder whose zip was made before is not zipped again. */
export async function publishAssets(assets: readonly Asset[], emulator: RunningEmulator): Promise<void> {
  const { endpointUrl, account } = emulator;
  const s3 = new S3Client({ ...clientConfiguration(endpointUrl, account), forcePathStyle: true });
  const Bucket = assetBucketOf(account);
  await s3.send(new CreateBucketCommand({ Bucket }));
  const waiting = [...assets];
  const publish = async () => {
    for (let asset = waiting.pop(); asset !== undefined; asset = waiting.pop()) {
      const file = asset.packaging === 'zip' ? await zipOnce(asset) : asset.path;
      await s3.send(new PutObjectCommand({ Bucket, Key: asset.key, Body: readFileSync(file) }));
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_A_TIME }, publish));
}

/** Its key names its content. */
async function zipOnce({ path, key }: Asset): Promise<string> {
  const zip = join(ZIPS, key);
  if (isKept(zip)) return zip;
  mkdirSync(ZIPS, { recursive: true });
  const aside = `${zip}.${process.pid}`;
  await zipFolder(path, aside);
  keep(aside, zip);
  return zip;
}

async function zipFolder(folder: string, file: string): Promise<void> {
  const zip = new ZipFile();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    zip.addFile(path, name, { compress: true, compressionLevel: COMPRESSION_LEVEL });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}
