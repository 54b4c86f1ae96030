import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { Int8Twin } from '../contracts/int8-twin.ts';
import { ModelManifest } from '../contracts/model-manifest.ts';

const FOLDER = new URL('../../models/', import.meta.url);

/** `models/registry.json`: what ships with the product. Paths are relative to `models/`. */
const Registry = z.object({
  default: z.string(),
  models: z.array(ModelManifest.extend({ weights: z.string(), int8: Int8Twin.optional() })).min(1),
});

export interface ShippedModel {
  readonly id: string;
  readonly version: string;
  readonly manifest: ModelManifest;
  /** Of its weights. */
  readonly path: string;
  /** Of a model in 8 bits: how it compares with the one it was made of. */
  readonly int8?: Int8Twin | undefined;
}

/** The models that ship, the one to use where none is named first. */
export function findShippedModels(): readonly [ShippedModel, ...ShippedModel[]] {
  const text = readFileSync(new URL('registry.json', FOLDER), 'utf8');
  const { default: first, models } = Registry.parse(JSON.parse(text));
  const shipped = models.map(({ weights, int8, ...manifest }) => ({
    id: manifest.id,
    version: manifest.version,
    manifest,
    int8,
    path: fileURLToPath(new URL(weights, FOLDER)),
  }));
  const chosen = shipped.find(({ id }) => id === first);
  if (chosen === undefined) throw new Error(`models/registry.json holds no ${first}.`);
  return [chosen, ...shipped.filter((model) => model !== chosen)];
}

export const findDefaultModel = (): ShippedModel => findShippedModels()[0];

/** The model in 8 bits that was made of weights with this hash. */
export const findShippedTwin = (sha256: string): ShippedModel | undefined =>
  findShippedModels().find(({ int8 }) => int8?.of === sha256);

/** @throws Error where the file is not the one that ships. */
export function readShippedWeights({ path, manifest }: ShippedModel): Uint8Array {
  const bytes = readFileSync(path);
  if (createHash('sha256').update(bytes).digest('hex') === manifest.sha256) return bytes;
  throw new Error(
    `${path} is not the file that ships: it has another hash. "git checkout models" restores it.`,
  );
}
