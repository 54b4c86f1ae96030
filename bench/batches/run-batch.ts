import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../test/helpers/api-client.ts';

/** Seconds from the request on. */
export interface BatchRun {
  /** Until a poll said that all jobs had ended. */
  readonly finished: number;
  /** Until the results were here, as JSON lines. */
  readonly fetched: number;
}

interface BatchRequest {
  readonly images: readonly string[];
  readonly models: readonly string[];
}

/** Runs a batch of one model to its end and fetches its results. */
export async function runBatch(call: ApiClient, json: BatchRequest): Promise<BatchRun> {
  const startedAt = performance.now();
  const seconds = () => Number(((performance.now() - startedAt) / 1000).toFixed(2));
  const { status, body } = await call('POST /v1/batches', { json });
  if (status !== 202) throw new Error(`The batch was refused: ${JSON.stringify(body)}`);
  const batch = await poll(call, body.links.self, (each) => each.status === 'finished');
  if (batch.counts.succeeded !== json.images.length) {
    throw new Error(`Not all succeeded: ${JSON.stringify(batch.counts)}`);
  }
  const finished = seconds();
  const lines = (await fetchResults(call, body.links.results)).trimEnd().split('\n');
  if (lines.length !== json.images.length) throw new Error(`${lines.length} results came.`);
  return { finished, fetched: seconds() };
}

/** Asks until the file is written. */
async function fetchResults(call: ApiClient, path: string): Promise<string> {
  for (;;) {
    const { status, headers } = await call(`GET ${path}?format=jsonl`);
    if (status === 302) return (await fetch(headers.get('location') ?? '')).text();
    if (status !== 202) throw new Error(`The results were answered with ${status}.`);
    await sleep(100);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the caller says what it reads of it.
export async function poll(call: ApiClient, path: string, isEnough: (body: any) => boolean) {
  for (let tries = 0; tries < 6000; tries += 1) {
    const { status, body } = await call(`GET ${path}`);
    if (status !== 200) throw new Error(`${path} was answered with ${status}: ${JSON.stringify(body)}`);
    if (isEnough(body)) return body;
    await sleep(100);
  }
  throw new Error(`${path} did not come to its end.`);
}
