import { setImmediate } from 'node:timers/promises';
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import type { FillInput } from '../../domain/analysis/infer-image.ts';
import { ModelTooLargeError } from '../../domain/entities/model.ts';
import { freeMemory } from '../../vision/free-memory.ts';
import type { FloatTensor, ModelOutputs } from '../../vision/model-outputs.ts';
import { createInput, findImageInput, runSession } from './float-tensors.ts';
import { holdAgainstManifest } from './hold-against-manifest.ts';
import { type LoadedModel, prepareModel } from './load-model.ts';

export interface BatchOptions {
  /** Images in one run at most. */
  readonly size: number;
  /** How long the first of a batch waits for others while nothing runs. */
  readonly waitMs: number;
  /** Whether a run always takes `size` images, with whatever was there before where fewer wait: CUDA's way. */
  readonly isPadded: boolean;
}

interface Waiting {
  readonly fillInput: FillInput;
  readonly resolve: (outputs: ModelOutputs) => void;
  readonly reject: (error: unknown) => void;
}

/** Whether the graph takes many images at a time, and gives as many answers: its first axes have one name. */
export function takesBatches(session: InferenceSession): boolean {
  const { metadata: input } = findImageInput(session);
  const axis = input?.isTensor ? input.shape[0] : undefined;
  return (
    typeof axis === 'string' &&
    session.inputNames.length === 1 &&
    session.outputMetadata.every((output) => output.isTensor && output.shape[0] === axis)
  );
}

/**
 * Like `prepareModel`, for a graph with a batch axis: what is asked for at about the same time runs together. A batch
 * that fails is run by halves, so that what is wrong with one image, or too much of them at once, is no other's. Where
 * there was no memory for so many, no later run takes as many again, and the session is opened anew: what it took in
 * vain it keeps, after which a single image finds no room (on an H100 with 2 GiB left, 64 of 64 images failed).
 *
 * @param open opens a session; each call gives a new one of the same graph.
 *
 * With CUDA, runs are padded: cuDNN looks for its kernels whenever the size is another than in the run before, also
 * when it has seen that size already, which takes 0.6 to 0.9 s (on an H100, `bench/results/gpu.md`).
 */
export async function prepareBatchModel(
  open: () => Promise<InferenceSession>,
  manifest: ModelManifest,
  { size, waitMs, isPadded }: BatchOptions,
): Promise<LoadedModel> {
  const first = await open();
  if (size === 1 || !takesBatches(first)) return prepareModel(first, manifest);
  const { inputSize } = manifest;
  const layout = await holdAgainstManifest(first, manifest);
  const input = createInput(first, inputSize, size);
  /** Undefined where there was no memory for it: the next run opens another. */
  let session: InferenceSession | undefined = first;
  const waiting: Waiting[] = [];
  let outputs: FloatTensor[] = [];
  let isRunning = false;
  /** Images that fit into the memory together, as far as is known. */
  let most = size;
  let timer: NodeJS.Timeout | undefined;

  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    if (isRunning || waiting.length === 0) return;
    isRunning = true;
    const batch = waiting.splice(0, most);
    void runAll(batch)
      .catch((error: unknown) => {
        for (const { reject } of batch) reject(error);
      })
      .finally(() => {
        isRunning = false;
        // Those have waited as long as the run took.
        start();
      });
  }

  /** Fills the input, each its own part, and runs those that could be filled. */
  async function runAll(batch: readonly Waiting[]): Promise<void> {
    const filled = batch.filter(({ fillInput, reject }, index) => {
      const first = index * input.imageLength;
      try {
        fillInput(input.values.subarray(first, first + input.imageLength));
        return true;
      } catch (error) {
        reject(error);
        return false;
      }
    });
    if (filled.length === batch.length) return runPart(batch, 0, isPadded ? most : batch.length);
    for (const each of filled) await runPart([each], batch.indexOf(each), 1);
  }

  /** @param count images of the input that run, those of `batch` first. */
  async function runPart(batch: readonly Waiting[], from: number, count: number): Promise<void> {
    // Whoever awaited the run before has read what it gave once the event loop has turned.
    await setImmediate();
    for (const { data } of outputs) freeMemory(data);
    outputs = [];
    try {
      session ??= await open();
      outputs = await runSession(session, input.feeds(from, from + count));
      for (const [index, { resolve }] of batch.entries()) resolve(outputs.map((all) => answerTo(all, index)));
    } catch (error) {
      if (count === 1) return batch[0]?.reject(error);
      const half = Math.ceil(count / 2);
      if (error instanceof ModelTooLargeError) {
        most = Math.min(most, half);
        await release();
      }
      await runPart(batch.slice(0, half), from, half);
      if (batch.length > half) await runPart(batch.slice(half), from + half, count - half);
    }
  }

  async function release(): Promise<void> {
    const old = session;
    session = undefined;
    await old?.release();
  }

  return {
    manifest,
    layout,
    inputSize,
    run: (fillInput) =>
      new Promise((resolve, reject) => {
        waiting.push({ fillInput, resolve, reject });
        if (waiting.length >= most) start();
        else timer ??= setTimeout(start, waitMs);
      }),
    release,
  };
}

/** What a batch's outputs say of one of its images, as if it had been alone. */
function answerTo({ data, dims: [count = 1, ...dims] }: FloatTensor, index: number): FloatTensor {
  const length = data.length / count;
  return { data: data.subarray(index * length, (index + 1) * length), dims: [1, ...dims] };
}
