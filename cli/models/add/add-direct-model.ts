import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeModel } from '../../../core/adapters/onnx/describe-model.ts';
import { DomainError } from '../../../core/domain/entities/errors.ts';
import type { AddedModel } from './add-model.ts';
import type { DirectModel } from './available-models.ts';
import { downloadFile } from './download-weights.ts';

/** What came is not the file that was asked for. */
export class WrongHashError extends DomainError {
  readonly code = 'wrong_sha256';
  readonly kind = 'unprocessable';

  constructor({ id, url, sha256: expected }: DirectModel, found: string) {
    super(
      `What ${url} gave for ${id} has the SHA-256 ${found}, not ${expected}: it was thrown away. Try again; if it stays so, ask the publisher.`,
    );
  }
}

/**
 * Downloads an ONNX file into the cache, with a manifest beside it; once. What has another hash than the one that is known is
 * thrown away.
 * @throws WeightsNotFetchedError, WrongHashError, UnusableModelError
 */
export async function addDirectModel(
  model: DirectModel,
  cacheFolder: string,
  say: (text: string) => void,
): Promise<AddedModel> {
  const folder = join(cacheFolder, model.id);
  const path = join(folder, `${model.id}.onnx`);
  const manifestPath = join(folder, `${model.id}.manifest.json`);
  if (!existsSync(path) || digestOf(path) !== model.sha256) {
    say(`Downloading ${model.url} (${model.megabytes} MB, ${model.licence})`);
    const part = `${path}.new`;
    try {
      await downloadFile({ url: model.url, path: part });
      const found = digestOf(part);
      if (found !== model.sha256) throw new WrongHashError(model, found);
      renameSync(part, path);
    } finally {
      await rm(part, { force: true });
    }
  }
  const manifest = await describeModel(readFileSync(path), { ...model, version: '1' });
  writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
  return { path, manifest };
}

const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
