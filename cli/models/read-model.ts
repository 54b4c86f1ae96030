import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkModel } from '../../core/adapters/onnx/check-model.ts';
import { describeModel } from '../../core/adapters/onnx/describe-model.ts';
import { readMetadata } from '../../core/adapters/onnx/read-metadata.ts';
import { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { explainFailure } from '../explain-failure.ts';
import { UsageError } from '../usage-error.ts';

export interface ReadModel {
  readonly bytes: Uint8Array;
  readonly manifest: ModelManifest;
  /** The manifest was found beside the weights; otherwise it was made from them. */
  readonly manifestPath: string | undefined;
}

/**
 * Reads weights and what is known of them: from the manifest beside them (`NAME.manifest.json`, or a
 * `manifest.json`) that names their hash, else from the file itself. What is odd about them is told on stderr.
 * @param family what the outputs are, where they leave it open.
 * @throws UsageError, UnusableModelError
 */
export async function readModel(path: string, family?: ModelManifest['family']): Promise<ReadModel> {
  const bytes = readWeights(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  for (const { path: manifestPath, isNamedAfterModel } of manifestsBeside(path)) {
    const manifest = readManifest(manifestPath, isNamedAfterModel);
    if (manifest?.sha256 === sha256) {
      await checkModel(bytes, manifest);
      return { bytes, manifest, manifestPath };
    }
    if (manifest !== undefined) {
      console.error(
        `${manifestPath} is a manifest of other weights (their hash begins with ${manifest.sha256.slice(0, 8)}, this model's with ${sha256.slice(0, 8)}): it is not used. Write it anew with "models inspect --json".`,
      );
    }
  }
  const manifest = await describeModel(bytes, { id: toModelId(path), version: 'local', family });
  if (readMetadata(bytes).classes === undefined) {
    console.error(
      `${path} names no classes: they are called "class 0" and so on. A manifest beside it can name them.`,
    );
  }
  return { bytes, manifest, manifestPath: undefined };
}

const manifestsBeside = (path: string) =>
  [
    { path: `${path.replace(/\.onnx$/i, '')}.manifest.json`, isNamedAfterModel: true },
    { path: join(dirname(path), 'manifest.json'), isNamedAfterModel: false },
  ].filter((candidate) => existsSync(candidate.path));

function readWeights(path: string): Uint8Array {
  try {
    // A pipe would wait for somebody to write into it.
    if (statSync(path).isFile()) return readFileSync(path);
  } catch (cause) {
    throw new UsageError(`The model ${path} can't be read: ${explainFailure(cause).message}`, { cause });
  }
  throw new UsageError(`The model ${path} is no file.`);
}

/** @returns undefined for a `manifest.json` of something else, as web applications have one. */
function readManifest(path: string, isNamedAfterModel: boolean): ModelManifest | undefined {
  const content = readJson(path);
  const { success, data, error } = ModelManifest.safeParse(content);
  if (success) return data;
  if (!isNamedAfterModel && !looksLikeOurs(content)) return undefined;
  const [issue] = error.issues;
  throw new UsageError(`${path} is no manifest of a model: ${issue?.path.join('.')}: ${issue?.message}.`, {
    cause: error,
  });
}

const looksLikeOurs = (content: unknown) =>
  typeof content === 'object' && content !== null && 'family' in content && 'sha256' in content;

/** @returns undefined where it is no JSON. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
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
