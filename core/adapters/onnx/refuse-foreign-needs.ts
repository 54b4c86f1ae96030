import { readGraph } from './read-graph.ts';
import { UnusableModelError } from './unusable-model.ts';

/** @throws UnusableModelError where the weights need more than their own bytes and ONNX Runtime. */
export function refuseForeignNeeds(weights: Uint8Array): void {
  const { customOperators, externalFiles } = readGraph(weights);
  if (customOperators.size > 0) {
    throw new UnusableModelError(
      `The model uses operators that are not part of ONNX: ${[...customOperators].join(', ')}. Export it without them.`,
      { code: 'custom_operators' },
    );
  }
  if (externalFiles.size > 0) {
    throw new UnusableModelError(
      `The model keeps weights in files of their own (${[...externalFiles].join(', ')}). Export it as one file.`,
      { code: 'external_weights' },
    );
  }
}
