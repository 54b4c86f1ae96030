import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCreditWriter } from '../../../core/adapters/dynamodb/records/credit-writer.ts';
import { createJobRecords } from '../../../core/adapters/dynamodb/records/job-records.ts';
import { createResultRecords } from '../../../core/adapters/dynamodb/records/result-records.ts';
import { createWorkerJobs } from '../../../core/adapters/dynamodb/records/worker-jobs.ts';
import { openTable } from '../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { AppliedOptions, PRODUCT_DEFAULTS } from '../../../core/contracts/analysis-options.ts';
import type { ResultDocument } from '../../../core/contracts/result-document.ts';
import { resultKey } from '../../../core/domain/entities/job.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';
import { type ApiPorts, createApi } from '../../../lambdas/api/handler.ts';
import { MemoryTable } from '../../helpers/memory-table/memory-table.ts';
import { newJob } from '../../helpers/new-job.ts';

const memory = new MemoryTable();
const table = openTable(memory.client, 'table');
const now = () => new Date();
const objects = new Map<string, string>();

const worker = createWorkerJobs(table, {
  leaseSeconds: 60,
  now,
  credits: createCreditWriter(table, { terms: { initial: 0, low: 0 }, now }),
  putLargeResult: async (jobId, json) => {
    objects.set(resultKey(jobId), json);
    return resultKey(jobId);
  },
});

const jobs = createJobRecords(table);
const api = createApi(
  {
    authenticate: async (_: unknown, { job }: { job: string }) => ({
      principal: { userId: 'usr_1', role: 'user', scopes: ['read'] },
      prefetched: { job: await jobs.find(job), result: undefined },
    }),
    requestsPerMinute: 100,
    requestCounts: { add: async () => 1 },
    now,
    results: createResultRecords(table),
    objects: { get: async (key: string) => Buffer.from(objects.get(key) ?? '') },
    signedUrl: async (key: string) => `https://bucket.example/${key}`,
  } as unknown as ApiPorts,
  createTelemetry('test'),
);

/** A document that is `bytes` long in its only class name, which does not pack well, and somewhat more in all. */
const documentOf = (imageId: string, bytes: number): ResultDocument => ({
  image: { id: imageId, sha256: 'a'.repeat(64), width: 10, height: 10 },
  model: { id: 'none', version: '1', sha256: 'b'.repeat(64) },
  options: AppliedOptions.parse(PRODUCT_DEFAULTS),
  detections: [],
  summary: [
    {
      class: randomBytes(bytes).toString('base64').slice(0, bytes),
      count: 1,
      pixels: 4,
      share: 0.04,
      cm2: null,
    },
  ],
  timing: { decodeMs: 1, inferMs: 1, postMs: 1 },
});

async function analyze(bytes: number) {
  const queued = newJob('usr_1');
  await table.entities.job.put(queued).go();
  const job = await worker.claim({ jobId: queued.id });
  if (job === undefined) throw new Error('The job was not claimed.');
  const document = documentOf(job.mediaId, bytes);
  expect(await worker.succeed(job, document)).toBe(true);
  return { job, document };
}

const ask = (jobId: string) => api.request(`/v1/jobs/${jobId}/result`, {}, {});

beforeEach(() => {
  memory.reset(async (_, run) => run());
  objects.clear();
});

describe('the result of a job', () => {
  it('of a few objects lies in the table', async () => {
    const { job, document } = await analyze(3_000);
    expect(objects.size).toBe(0);
    const response = await ask(job.id);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(document);
  });

  it('of many objects lies beside the table, which whoever asks does not notice', async () => {
    const { job, document } = await analyze(20_000);
    expect([...objects.keys()]).toEqual([resultKey(job.id)]);
    const response = await ask(job.id);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(document);
  });

  it('that is too much for an answer is fetched from where it lies', async () => {
    const { job } = await analyze(310_000);
    const response = await ask(job.id);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`https://bucket.example/${resultKey(job.id)}`);
  });

  it('is found as it was stored before: whole in the table, or under a key whose size nobody wrote', async () => {
    const { job, document } = await analyze(5_000);
    const large = documentOf(job.mediaId, 290_000);
    await table.entities.result.put({ jobId: job.id, document: JSON.stringify(large) }).go();
    expect(await (await ask(job.id)).json()).toEqual(large);
    objects.set('results/old.json', JSON.stringify(document));
    await table.entities.result.put({ jobId: job.id, key: 'results/old.json' }).go();
    const response = await ask(job.id);
    expect(response.headers.get('location')).toBe('https://bucket.example/results/old.json');
  });
});
