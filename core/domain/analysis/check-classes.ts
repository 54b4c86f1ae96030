import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import { UnknownClassError } from './unknown-class.ts';

/**
 * Refuses options that name a class which one of the models does not know, before anything is queued.
 * @throws UnknownClassError
 */
export function checkClasses(
  { classes = [], scale }: AnalysisOptions,
  models: readonly ModelManifest[],
): void {
  const named = scale !== undefined && 'reference' in scale ? [...classes, scale.reference.class] : classes;
  for (const model of models) {
    const unknown = named.find((name) => !model.classes.includes(name));
    if (unknown !== undefined) throw new UnknownClassError(unknown, model);
  }
}
