import type { ModelManifest } from '../contracts/model-manifest.ts';
import { DomainError } from './errors.ts';
import type { ModelVersion } from './job.ts';

/** A model version that jobs may name. */
export interface RegisteredModel extends ModelManifest {
  readonly registeredAt: string;
}

export interface ModelCatalogue {
  list(): Promise<RegisteredModel[]>;
}

export const weightsKey = ({ id, version }: ModelVersion) => `models/${id}/${version}/model.onnx`;
export const manifestKey = ({ id, version }: ModelVersion) => `models/${id}/${version}/manifest.json`;

export class UnknownModelError extends DomainError {
  readonly code = 'unknown_model';
  readonly kind = 'unprocessable';

  constructor(reference: string, known: readonly RegisteredModel[]) {
    const names = known.map((model) => `${model.id}@${model.version}`).sort();
    const there = names.length > 0 ? `There are: ${names.join(', ')}.` : 'No model is registered yet.';
    super(`There is no model ${reference}. ${there}`);
  }
}

/**
 * The model versions that `references` (`id` or `id@version`) name; `id` alone is its newest version.
 * @throws UnknownModelError naming those there are.
 */
export async function resolveModels(
  references: readonly string[],
  catalogue: ModelCatalogue,
): Promise<RegisteredModel[]> {
  if (references.length === 0) return [];
  const known = await catalogue.list();
  const named = references.map((reference) => {
    const [id, version] = reference.split('@');
    const model = known
      .filter((candidate) => candidate.id === id && (version === undefined || candidate.version === version))
      .sort((a, b) => b.registeredAt.localeCompare(a.registeredAt))[0];
    if (model === undefined) throw new UnknownModelError(reference, known);
    return model;
  });
  return [...new Map(named.map((model) => [`${model.id}@${model.version}`, model])).values()];
}
