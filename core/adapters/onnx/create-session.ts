import { InferenceSession } from 'onnxruntime-node';
import { UnusableModelError } from './unusable-model.ts';

/** Where a model's weights are. */
export type ModelSource = { readonly path: string } | { readonly bytes: Uint8Array };

/**
 * @param threads that one run uses.
 * @throws UnusableModelError where the weights can't be loaded.
 */
export async function createSession(
  source: ModelSource,
  { threads }: { threads: number },
): Promise<InferenceSession> {
  const options = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  } as const;
  try {
    return 'path' in source
      ? await InferenceSession.create(source.path, options)
      : await InferenceSession.create(source.bytes, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusableModelError(`The weights cannot be loaded as an ONNX model (${reason}).`, { cause });
  }
}
