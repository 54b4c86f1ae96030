import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeModel } from '../../../core/adapters/onnx/describe-model.ts';
import type { ModelManifest } from '../../../core/contracts/model-manifest.ts';
import { DomainError } from '../../../core/domain/entities/errors.ts';
import { UsageError } from '../../usage-error.ts';
import { downloadWeights, isWeightsFile } from './download-weights.ts';
import type { OfficialWeights } from './official-weights.ts';

export interface AddModelPorts {
  /** Shows the licence. @returns whether it is accepted. */
  readonly askLicence: (weights: OfficialWeights) => Promise<boolean>;
  readonly exportToOnnx: (weightsPath: string, onnxPath: string) => Promise<void>;
  readonly say: (text: string) => void;
}

export interface AddedModel {
  readonly path: string;
  readonly manifest: ModelManifest;
}

/** The exported file is not the model that was asked for. */
export class UnexpectedModelError extends DomainError {
  readonly code = 'unexpected_model';
  readonly kind = 'unprocessable';

  constructor(id: string, found: ModelManifest) {
    super(`The file for ${id} is a model for "${found.task}" with ${found.classes.length} classes.`);
  }
}

const COCO_CLASSES = 80;

/**
 * Brings official weights into the cache as ONNX with a manifest beside them. What is there already is not
 * fetched again; nothing half-made is left under its final name.
 * @throws UsageError, WeightsNotFetchedError, UnexpectedModelError, UnusableModelError
 */
export async function addModel(
  weights: OfficialWeights,
  cacheFolder: string,
  { askLicence, exportToOnnx, say }: AddModelPorts,
): Promise<AddedModel> {
  if (!(await askLicence(weights))) {
    throw new UsageError(`The licence of ${weights.id} was not accepted; nothing was downloaded.`);
  }
  const folder = join(cacheFolder, weights.id);
  const weightsPath = join(folder, `${weights.id}.pt`);
  if (existsSync(weightsPath)) await checkGivenFile(weightsPath);
  else {
    say(`Downloading ${weights.url}`);
    await downloadWeights({ url: weights.url, path: weightsPath });
  }
  const path = join(folder, `${weights.id}.onnx`);
  const part = join(folder, `${weights.id}-new.onnx`);
  try {
    say('Converting it to ONNX in a separate Python environment');
    await exportToOnnx(weightsPath, part);
    const manifest = await verify(part, weights);
    renameSync(part, path);
    writeFileSync(join(folder, `${weights.id}.manifest.json`), `${JSON.stringify(manifest, null, 2)}\n`);
    return { path, manifest };
  } finally {
    await rm(part, { force: true });
  }
}

async function checkGivenFile(path: string): Promise<void> {
  if (!(await isWeightsFile(path))) {
    throw new UsageError(`${path} is no PyTorch file; put the publisher's there, or remove it.`);
  }
}

/** By the file itself: it loads, gives what its name promises, and knows the classes that official weights know. */
async function verify(path: string, { id, licence }: OfficialWeights): Promise<ModelManifest> {
  const manifest = await describeModel(readFileSync(path), { id, version: '1', licence });
  const task = id.endsWith('-seg') ? 'segment' : 'detect';
  if (manifest.task !== task || manifest.classes.length !== COCO_CLASSES) {
    throw new UnexpectedModelError(id, manifest);
  }
  return manifest;
}
