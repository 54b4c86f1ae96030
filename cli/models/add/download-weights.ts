import { createWriteStream, mkdirSync, renameSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '../../../core/domain/entities/errors.ts';
import { requestFile } from './request-file.ts';

/** The weights could not be had; says how to bring them by hand. */
export class WeightsNotFetchedError extends DomainError {
  readonly code = 'weights_not_fetched';
  readonly kind = 'unavailable';

  constructor(reason: string, { url, path }: Download, cause?: unknown) {
    super(
      `The weights could not be downloaded: ${reason}. Download ${url} on a machine that can reach it, ` +
        `put the file at ${path}, and give the same command again.`,
      { cause },
    );
  }
}

export interface Download {
  readonly url: string;
  readonly path: string;
}

/** PyTorch's files are zips. */
const ZIP_MAGIC = 'PK\u0003\u0004';

/**
 * Fetches a PyTorch weights file. What is at `path` at the end is whole.
 * @throws WeightsNotFetchedError
 */
export const downloadWeights = (download: Download): Promise<void> =>
  downloadFile(download, async (part) => {
    if (!(await isWeightsFile(part))) {
      throw new WeightsNotFetchedError('what came is no PyTorch file', download);
    }
  });

/**
 * Fetches a file. What is at `path` at the end is whole.
 * @param check throws where what came is not what was wanted.
 * @throws WeightsNotFetchedError
 */
export async function downloadFile(
  download: Download,
  check: (part: string) => Promise<void> = async () => {},
): Promise<void> {
  const part = `${download.path}.part`;
  mkdirSync(dirname(download.path), { recursive: true });
  try {
    const answer = await request(download);
    await pipeline(answer, createWriteStream(part)).catch((cause: unknown) => {
      throw new WeightsNotFetchedError('the connection broke off', download, cause);
    });
    await check(part);
    renameSync(part, download.path);
  } finally {
    await rm(part, { force: true });
  }
}

async function request(download: Download) {
  const answer = await requestFile(download.url).catch((cause: unknown) => {
    throw new WeightsNotFetchedError('there is no connection to the publisher', download, cause);
  });
  if (answer.statusCode === 200) return answer;
  answer.destroy();
  throw new WeightsNotFetchedError(`the publisher answered ${answer.statusCode}`, download);
}

/** Whether a file begins as PyTorch's do. */
export async function isWeightsFile(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === ZIP_MAGIC;
  } finally {
    await file.close();
  }
}
