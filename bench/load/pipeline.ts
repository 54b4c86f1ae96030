import { setTimeout as sleep } from 'node:timers/promises';
import { makeZip } from '../../test/helpers/make-zip.ts';
import { type Latency, measureLatency } from '../api/measure-latency.ts';
import { poll } from '../batches/run-batch.ts';
import { type ClosedLoop, runClients } from './run-clients.ts';
import type { LoadClient } from './sign-in.ts';

interface Load {
  readonly clients: number;
  readonly model: string;
  /** Whether each client waits for an image's result before it sends the next. */
  readonly isClosed?: boolean;
}

/** How long a result is waited for. */
const PATIENCE_MS = 300_000;

/** Sends all photographs and waits for their results. */
export function analyzeAll(
  client: LoadClient,
  photographs: readonly Uint8Array[],
  { clients, model, isClosed = false }: Load,
): Promise<ClosedLoop> {
  return runClients(photographs, {
    clients,
    isClosed,
    send: (bytes) => sendOne(client, bytes, model),
    isDone: createEndReader(client),
  });
}

/** How long the request takes that sends an image, at a steady rate; resolves when all results are there. */
export async function measureSubmits(
  client: LoadClient,
  photograph: () => Uint8Array,
  { model, ...rate }: { readonly model: string; readonly perSecond: number; readonly seconds: number },
): Promise<Latency> {
  const ids: string[] = [];
  const latency = await measureLatency(async () => {
    ids.push(await sendOne(client, photograph(), model));
    return true;
  }, rate);
  const isDone = createEndReader(client);
  await waitUntil(
    () => ids.every(isDone),
    () => 'Not all results came of what was sent steadily.',
  );
  return latency;
}

async function sendOne(
  { apiUrl, accessToken }: LoadClient,
  bytes: Uint8Array,
  model: string,
): Promise<string> {
  const response = await fetch(`${apiUrl}/v1/images?models=${model}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'image/jpeg' },
    body: Buffer.from(bytes),
  });
  const body = (await response.json()) as { jobs?: { id: string }[] };
  const [job] = body.jobs ?? [];
  if (job === undefined) throw new Error(`An image was refused: ${JSON.stringify(body)}`);
  return job.id;
}

/** Tells of which jobs the topic has said that they have succeeded. */
function createEndReader({ topic }: LoadClient): (jobId: string) => boolean {
  const ended = new Set<string>();
  let read = 0;
  return (jobId) => {
    for (; read < topic.heard.length; read += 1) {
      const { type, data } = topic.heard[read]?.event ?? {};
      if (type === 'job.failed') throw new Error(`A job failed: ${JSON.stringify(data)}`);
      if (type === 'job.succeeded') ended.add(data.id);
    }
    return ended.has(jobId);
  };
}

/** @returns images a second, from the request for a form to the last result. */
export async function analyzeAsZip(
  { call, topic }: LoadClient,
  photographs: readonly Uint8Array[],
  model: string,
): Promise<number> {
  const zip = await makeZip(
    photographs.map((bytes, index) => ({ name: `${index}.jpg`, bytes: Buffer.from(bytes) })),
  );
  const startedAt = performance.now();
  const { body: form } = await call('POST /v1/uploads', {
    json: {
      kind: 'zip',
      filename: 'all.zip',
      contentType: 'application/zip',
      sizeBytes: zip.byteLength,
      models: [model],
    },
  });
  const data = new FormData();
  for (const [name, value] of Object.entries<string>(form.fields)) data.append(name, value);
  data.append('file', new Blob([new Uint8Array(zip)]));
  const before = topic.heard.length;
  await fetch(form.url, { method: 'POST', body: data });
  const count = () => topic.heard.slice(before).filter(({ event }) => event.type === 'job.succeeded').length;
  await waitUntil(
    () => count() >= photographs.length,
    () => `${count()} results came of a zip.`,
  );
  const perSecond = photographs.length / ((performance.now() - startedAt) / 1000);
  await poll(call, `/v1/uploads/${form.id}`, ({ status }) => status === 'done');
  return perSecond;
}

async function waitUntil(isSo: () => boolean, describe: () => string): Promise<void> {
  const startedAt = performance.now();
  while (!isSo()) {
    if (performance.now() - startedAt > PATIENCE_MS) throw new Error(describe());
    await sleep(50);
  }
}
