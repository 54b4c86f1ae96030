import type { Api } from './api.ts';
import type { Batch } from './contracts.ts';
import { SegmentryError } from './errors.ts';
import type { RequestOf } from './operations.ts';
import { sleep } from './sleep.ts';

export interface WaitForBatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gives up after so long, while the jobs go on; by default an hour. */
  readonly timeoutMs?: number;
  readonly onBatch?: ((batch: Batch) => void) | undefined;
}

const AN_HOUR_MS = 3_600_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Waits until all jobs of a batch have ended, however they end: one request a look, and longer pauses between them. */
export async function waitForBatch(
  api: Api,
  id: string,
  { signal, timeoutMs = AN_HOUR_MS, onBatch }: WaitForBatchOptions,
): Promise<Batch> {
  const deadline = Date.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const batch = await api.getBatch({ id }, { signal });
    onBatch?.(batch);
    if (batch.status === 'finished' || batch.status === 'canceled') return batch;
    if (Date.now() >= deadline) {
      throw new SegmentryError('timed_out', `${id} has not ended yet. It goes on: ask for it again later.`);
    }
    await sleep(Math.max(0, Math.min(pauseMs, deadline - Date.now())), signal);
  }
}

/** The results of a batch so far, in one file. A large one is written in the background: it is asked for until it is there. */
export async function batchResults(
  api: Api,
  request: RequestOf<'getBatchResults'>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  for (;;) {
    const answer = await api.getBatchResults(request, { signal });
    if (answer.status !== 202) return answer;
    await answer.body?.cancel();
    await sleep(Number(answer.headers.get('retry-after') ?? 1) * 1_000, signal);
  }
}
