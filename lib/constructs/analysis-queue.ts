import type { Construct } from 'constructs';
import type { Runner } from './runner.ts';
import type { SegmentryFunction } from './segmentry-function.ts';
import { WorkQueue, type WorkQueueProps } from './work-queue.ts';

export interface AnalysisQueueProps extends WorkQueueProps {
  /** The queue of jobs that run on a GPU; undefined where there is none. */
  readonly gpu: WorkQueue | undefined;
}

/** The queue of jobs, and beside it that of those that run on a GPU: whoever sends to one may send to the other. */
export class AnalysisQueue extends WorkQueue {
  readonly #gpu: WorkQueue | undefined;

  constructor(scope: Construct, id: string, { gpu, ...props }: AnalysisQueueProps) {
    super(scope, id, props);
    this.#gpu = gpu;
  }

  override grantSend(fn: Runner): void {
    super.grantSend(fn);
    this.#gpu?.grantSend(fn);
    if (this.#gpu !== undefined) fn.addEnvironment({ GPU_QUEUE_URL: this.#gpu.queue.queueUrl });
  }

  override grantRevive(fn: Runner): void {
    super.grantRevive(fn);
    this.#gpu?.grantRevive(fn);
    if (this.#gpu !== undefined) fn.addEnvironment({ GPU_DEAD_LETTERS_URL: this.#gpu.deadLetters.queueUrl });
  }

  /** Lets the reconciler measure how much waits for a GPU: tasks are started and stopped by that. */
  grantMeasure(fn: Runner): void {
    if (this.#gpu !== undefined) fn.allow(['sqs:GetQueueAttributes'], [this.#gpu.queue.queueArn]);
  }

  /** Tells who takes jobs in whether they may ask for a GPU. */
  tellDevices(functions: readonly SegmentryFunction[]): void {
    for (const fn of functions) fn.addEnvironment({ HAS_GPU: String(this.#gpu !== undefined) });
  }
}
