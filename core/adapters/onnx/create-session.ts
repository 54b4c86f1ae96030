import { setFlagsFromString } from 'node:v8';
import { InferenceSession } from 'onnxruntime-node';
import type { ExecutionProvider } from '../../contracts/device.ts';
import { ModelTooLargeError } from '../../domain/entities/model.ts';
import { isMemoryFault } from './memory-fault.ts';
import { UnusableModelError } from './unusable-model.ts';

/** Where a model's weights are. */
export type ModelSource = { readonly path: string } | { readonly bytes: Uint8Array };

export interface SessionOptions {
  /** That one run uses. */
  readonly threads: number;
  /** What computes; onnxruntime's own kernels for the processor where absent. */
  readonly provider?: ExecutionProvider;
}

/**
 * How much the heap may grow until V8 collects again, in percent of what was left the last time. V8 counts the
 * megabytes that each run gives, and its own measure is so small a heap's worth that every other image brought a
 * full collection: 18 ms of an image's 200 (docs/adr/0005-free-pixels-and-outputs-by-hand.md).
 */
const HEAP_GROWTH_PERCENT = 300;

/** @throws UnusableModelError where the weights can't be loaded, ModelTooLargeError where there is no room for them. */
export async function createSession(
  source: ModelSource,
  { threads, provider = 'cpu' }: SessionOptions,
): Promise<InferenceSession> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const options = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // What it would reserve for the memory of a whole run is 40 MB more of a small model, 256 MB on a GPU, and no faster.
    enableMemPattern: false,
    // What CUDA has no kernel for runs on the processor.
    ...(provider !== 'cpu' && { executionProviders: [provider, 'cpu'] }),
  } as const;
  try {
    return 'path' in source
      ? await InferenceSession.create(source.path, options)
      : await InferenceSession.create(source.bytes, options);
  } catch (cause) {
    if (isMemoryFault(cause)) throw new ModelTooLargeError({ cause });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusableModelError(`The weights cannot be loaded as an ONNX model (${reason}).`, { cause });
  }
}
