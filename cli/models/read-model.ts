import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeModel } from '../../core/adapters/onnx/describe-model.ts';
import { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { UsageError } from '../usage-error.ts';

export interface ReadModel {
  readonly bytes: Uint8Array;
  readonly manifest: ModelManifest;
  /** The manifest was found beside the weights; otherwise it was made from them. */
  readonly manifestPath: string | undefined;
}

/**
 * Reads weights and what is known of them: from the manifest beside them (`NAME.manifest.json`, or a
 * `manifest.json` that names their hash), else from the file itself.
 * @throws UsageError, UnusableModelError
 */
export async function readModel(path: string): Promise<ReadModel> {
  const bytes = readWeights(path);
  const manifestPath = manifestsBeside(path).find((candidate) => existsSync(candidate));
  if (manifestPath !== undefined) {
    const manifest = readManifest(manifestPath);
    if (manifest.sha256 === createHash('sha256').update(bytes).digest('hex')) {
      return { bytes, manifest, manifestPath };
    }
  }
  const manifest = await describeModel(bytes, { id: toModelId(path), version: 'local' });
  return { bytes, manifest, manifestPath: undefined };
}

const manifestsBeside = (path: string) => [
  `${path.replace(/\.onnx$/i, '')}.manifest.json`,
  join(dirname(path), 'manifest.json'),
];

function readWeights(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UsageError(`The model ${path} can't be read: ${(cause as Error).message}`, { cause });
  }
}

function readManifest(path: string): ModelManifest {
  try {
    return ModelManifest.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new UsageError(`${path} is no manifest of a model: ${(cause as Error).message}`, { cause });
  }
}

/** An id as manifests allow it, from a file's name. */
function toModelId(path: string): string {
  const name = basename(path)
    .replace(/\.onnx$/i, '')
    .toLowerCase();
  return (
    name
      .replace(/[^a-z0-9._-]/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 64) || 'model'
  );
}
