import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { ModelManifest } from '../../core/contracts/model-manifest.ts';
import type { ReadModel } from './read-model.ts';

const folder = new URL('../../models/', import.meta.url);
const Registry = z.object({
  default: z.string(),
  models: z.array(ModelManifest.extend({ weights: z.string() })),
});

const readRegistry = () => Registry.parse(JSON.parse(readFileSync(new URL('registry.json', folder), 'utf8')));

export const shippedModelIds = (): string[] => readRegistry().models.map(({ id }) => id);

/** The model that ships and is used where none is named, by `models/registry.json`. */
export function defaultModel() {
  const registry = readRegistry();
  const entry = registry.models.find(({ id }) => id === registry.default);
  if (entry === undefined) throw new Error(`models/registry.json holds no ${registry.default}.`);
  const { weights, ...manifest } = entry;
  return { manifest, path: fileURLToPath(new URL(weights, folder)) };
}

export function readDefaultModel(): ReadModel {
  const { manifest, path } = defaultModel();
  return { bytes: readFileSync(path), manifest, manifestPath: undefined };
}
