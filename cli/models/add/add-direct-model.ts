import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeModel } from '../../../core/adapters/onnx/describe-model.ts';
import { ModelManifest } from '../../../core/contracts/model-manifest.ts';
import { DomainError } from '../../../core/domain/entities/errors.ts';
import type { AddedModel } from './add-model.ts';
import type { DirectModel } from './available-models.ts';
import { downloadFile } from './download-weights.ts';

/** What came is not the file that was asked for. */
export class WrongHashError extends DomainError {
  readonly code = 'wrong_sha256';
  readonly kind = 'unprocessable';

  constructor({ id, url }: DirectModel, expected: string, found: string) {
    super(
      `What ${url} gave for ${id} has the SHA-256 ${found}, not ${expected}: it was thrown away. Try again; if it stays so, ask the publisher.`,
    );
  }
}

/**
 * Downloads an ONNX file into the cache, with a manifest beside it. Where no hash is known, that of the first
 * download is kept in the manifest, and told: a later file under the same name has to be the same.
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
  const known = model.sha256 ?? readKnownHash(manifestPath);
  if (!existsSync(path) || (known !== undefined && digestOf(path) !== known)) {
    say(`Downloading ${model.url} (${model.megabytes} MB, ${model.licence})`);
    const part = `${path}.new`;
    try {
      await downloadFile({ url: model.url, path: part });
      const found = digestOf(part);
      if (known !== undefined && found !== known) throw new WrongHashError(model, known, found);
      renameSync(part, path);
    } finally {
      await rm(part, { force: true });
    }
  }
  const { id, licence, classes } = model;
  const manifest = await describeModel(readFileSync(path), { id, version: '1', licence, classes });
  writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
  if (known === undefined) {
    say(
      `Its publisher names no hash. What came has the SHA-256 ${manifest.sha256}, which is kept: compare it with what others have.`,
    );
  }
  return { path, manifest };
}

/** Of an earlier download. */
function readKnownHash(manifestPath: string): string | undefined {
  if (!existsSync(manifestPath)) return undefined;
  return ModelManifest.safeParse(JSON.parse(readFileSync(manifestPath, 'utf8'))).data?.sha256;
}

const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
