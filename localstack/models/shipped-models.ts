import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ModelId, ModelManifest } from '../../core/contracts/model-manifest.ts';
import { PROJECT } from '../paths.ts';
import { UsageError } from '../setup-error.ts';
import type { ModelFile } from './install-model.ts';

/** models/registry.json: what ships with the product. Paths are relative to models/. */
const Registry = z.looseObject({
  default: ModelId,
  models: z.array(
    z.looseObject({
      id: ModelId,
      version: ModelId,
      weights: z.string(),
      defaults: ModelManifest.shape.defaults,
    }),
  ),
});

/**
 * The models that ship, the one to use where none is given first.
 * @throws UsageError that tells how to give one, as long as none ships.
 */
export function findShippedModels(folder = join(PROJECT, 'models')): ModelFile[] {
  const registry = join(folder, 'registry.json');
  if (!existsSync(registry)) {
    throw new UsageError(
      'No model ships with Segmentry yet. Give your own YOLO weights: --model FILE.onnx ' +
        '(for instance what "yolo export format=onnx" wrote).',
    );
  }
  const { default: first, models } = Registry.parse(JSON.parse(readFileSync(registry, 'utf8')));
  if (!models.some(({ id }) => id === first))
    throw new Error(`${registry} names ${first} as its default and does not hold it.`);
  return models
    .toSorted((a, b) => Number(b.id === first) - Number(a.id === first))
    .map(({ id, version, weights, defaults }) => ({
      id,
      version,
      path: join(folder, weights),
      ...(defaults && { defaults }),
    }));
}

/** The model to use where none is given. */
export const findDefaultModel = (): ModelFile => findShippedModels()[0] as ModelFile;
