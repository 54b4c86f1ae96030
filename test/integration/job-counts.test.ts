import { randomInt, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createBatchTransactions } from '../../core/adapters/dynamodb/records/batch-transactions.ts';
import { createCreditWriter } from '../../core/adapters/dynamodb/records/credit-writer.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createLedger } from '../../core/adapters/dynamodb/records/ledger.ts';
import { createUploadReader } from '../../core/adapters/dynamodb/records/upload-records.ts';
import { createJobCanceler, createWorkerJobs } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { AppliedOptions, PRODUCT_DEFAULTS } from '../../core/contracts/analysis-options.ts';
import type { ResultDocument } from '../../core/contracts/result-document.ts';
import { JobLeasedError } from '../../core/domain/analysis/analyze-image.ts';
import { divideIntoParts } from '../../core/domain/batches/plan-batch.ts';
import { processBatchPart } from '../../core/domain/batches/process-batch-part.ts';
import { type Batch, type BatchPart, partMessages } from '../../core/domain/entities/batch.ts';
import { newId } from '../../core/domain/entities/ids.ts';
import type { Job } from '../../core/domain/entities/job.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { countOpenJobs } from '../helpers/count-open-jobs.ts';

const deployment = inject('deployment');
const table = openTable(createAwsClients(deployment).dynamodb, deployment.outputs.TableName);
const now = () => new Date();
const credits = createCreditWriter(table, { terms: { initial: 0, low: 0 }, now });
const batches = { ...createBatchRecords(table), ...createBatchTransactions(credits) };
const jobs = { ...createJobRecords(table), cancel: createJobCanceler(table, { now, credits }) };
const worker = createWorkerJobs(table, {
  leaseSeconds: 60,
  credits,
  now,
  putLargeResult: () => Promise.reject(new Error('no result here is large')),
});
/** The queue is not part of this: nobody works on what is sent. */
const ports = {
  batches,
  jobs,
  analysisQueue: { send: async () => {} },
  now,
  ledger: createLedger(table, credits),
  prices: { image: 0, videoFrame: 0, analysis: 0 },
  uploads: createUploadReader(table),
};
const model = { id: 'none', version: '1' };
const options = AppliedOptions.parse(PRODUCT_DEFAULTS);

/** A user's batch whose jobs have been made. */
async function makeBatch(jobCount: number) {
  const id = newId('bat');
  const parts = divideIntoParts(
    id,
    Array.from({ length: jobCount }, () => ({ id: newId('job'), mediaId: randomUUID(), model })),
  );
  const batch: Batch = {
    id,
    userId: newId('usr'),
    models: [model],
    options,
    jobCount,
    partCount: parts.length,
    createdAt: now().toISOString(),
  };
  await batches.create(batch, parts, {});
  await process(batch);
  return batch;
}

const process = (batch: Batch) =>
  Promise.all(partMessages(batch).map((message) => processBatchPart(message, ports)));

async function jobsOf(batch: Batch): Promise<Job[]> {
  const parts = await Promise.all(
    Array.from(
      { length: batch.partCount },
      (_, part) => batches.findPart(batch.id, part) as Promise<BatchPart>,
    ),
  );
  return jobs.findAll(parts.flatMap((part) => part.jobs.map(({ id }) => id)));
}

/** What the jobs themselves say, beside what is counted. */
async function compare(batch: Batch) {
  const tally = { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0 };
  for (const { status } of await jobsOf(batch)) tally[status] += 1;
  expect(await batches.counts(batch.id)).toEqual(tally);
  expect(await countOpenJobs(table, batch.userId)).toBe(tally.queued + tally.running);
  return tally;
}

const documentOf = ({ mediaId }: Job): ResultDocument => ({
  image: { id: mediaId, sha256: '0'.repeat(64), width: 4, height: 4 },
  model: { ...model, sha256: '0'.repeat(64) },
  options,
  detections: [],
  summary: [],
  timing: { decodeMs: 0, inferMs: 0, postMs: 0 },
});

/** One worker's turn with one job, as the queue would give it: perhaps late, perhaps for the second time. */
async function work(jobId: string): Promise<void> {
  const job = await worker.claim({ jobId: jobId }).catch((error: unknown) => {
    if (error instanceof JobLeasedError) return undefined;
    throw error;
  });
  if (job === undefined) return;
  const end = randomInt(4);
  if (end === 0) await worker.fail(job, { code: 'analysis_failed', detail: 'by chance' });
  if (end === 1) await Promise.all([jobs.cancel(job), worker.succeed(job, documentOf(job))]);
  if (end === 2) await worker.succeed(job, documentOf(job));
}

describe('the counts of a batch', () => {
  let batch: Batch;
  beforeAll(async () => {
    batch = await makeBatch(130);
  });

  it('say that all jobs are queued, once however often that is asked for', async () => {
    await Promise.all([process(batch), process(batch)]);
    expect(await compare(batch)).toMatchObject({ queued: 130 });
  });

  it('stay those of the jobs while workers race for them, cancels and repeats among them', async () => {
    const ids = (await jobsOf(batch)).map(({ id }) => id);
    const turns = [...ids, ...ids, ...ids].sort(() => Math.random() - 0.5);
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let id = turns.pop(); id !== undefined; id = turns.pop()) await work(id);
      }),
    );
    const tally = await compare(batch);
    expect(tally.queued).toBe(0);
    expect(Math.min(tally.running, tally.succeeded, tally.failed, tally.canceled)).toBeGreaterThan(0);
  });

  it('move from failed to queued by a retry, which puts new jobs in the place of the failed', async () => {
    const before = await compare(batch);
    const failedBefore = (await jobsOf(batch)).filter(({ status }) => status === 'failed');
    await batches.markRetried(batch.id);
    await Promise.all([process(batch), process(batch)]);
    const after = await compare(batch);
    expect(after).toEqual({ ...before, failed: 0, queued: before.failed });
    const [old] = await jobs.findAll([failedBefore[0]?.id ?? '']);
    expect(old?.status).toBe('failed');
  });

  it('leave nothing open after a cancel, and keep what has ended', async () => {
    const before = await compare(batch);
    await batches.markCanceled(batch.id, now().toISOString());
    await Promise.all([process(batch), process(batch)]);
    expect(await compare(batch)).toEqual({
      ...before,
      queued: 0,
      running: 0,
      canceled: before.canceled + before.queued + before.running,
    });
  });
});

it('cancels the jobs that were still to be made', async () => {
  const batch = await makeBatch(1);
  const id = newId('bat');
  const parts = divideIntoParts(
    id,
    Array.from({ length: 90 }, () => ({ id: newId('job'), mediaId: randomUUID(), model })),
  );
  const unmade = { ...batch, id, jobCount: 90, partCount: 1 };
  await batches.create(unmade, parts, {});
  await batches.markCanceled(id, now().toISOString());
  await Promise.all([process(unmade), process(unmade)]);
  expect(await batches.counts(id)).toMatchObject({ queued: 0, canceled: 90 });
  expect(await jobsOf(unmade)).toHaveLength(90);
});

it('jobs that are not paid for have failed from the start, and the rest goes on', async () => {
  const id = newId('bat');
  const planned = Array.from({ length: 45 }, () => ({ id: newId('job'), mediaId: randomUUID(), model }));
  const parts = divideIntoParts(id, planned);
  const batch: Batch = {
    id,
    userId: newId('usr'),
    models: [model],
    options,
    jobCount: 45,
    partCount: parts.length,
    createdAt: now().toISOString(),
  };
  await batches.create(batch, parts, {});
  await ports.ledger.grant(batch.userId, { id: newId('grt'), amount: 40 * 250, reason: 'granted' });
  const priced = { ...ports, prices: { ...ports.prices, analysis: 250 } };
  const message = { batchId: id, part: 0, action: 'process' } as const;
  await processBatchPart(message, priced);
  await batches.markRetried(id);
  await processBatchPart(message, priced);
  expect(await compare(batch)).toMatchObject({ queued: 40, failed: 5 });
  const unpaid = (await jobsOf(batch)).filter(({ status }) => status === 'failed');
  expect(new Set(unpaid.map(({ error }) => error?.code))).toEqual(new Set(['insufficient_credits']));
  await ports.ledger.grant(batch.userId, { id: newId('grt'), amount: 5 * 250, reason: 'granted' });
  await batches.markRetried(id);
  await processBatchPart(message, priced);
  expect(await compare(batch)).toMatchObject({ queued: 45, failed: 0 });
});

it('a late worker changes nothing of a job that another has taken over', async () => {
  const batch = await makeBatch(1);
  const [{ id = '' } = {}] = await jobsOf(batch);
  const hurried = createWorkerJobs(table, { credits, leaseSeconds: -1, now, putLargeResult: async () => '' });
  const late = (await hurried.claim({ jobId: id })) as Job;
  const second = (await worker.claim({ jobId: id })) as Job;
  expect(second.attempts).toBe(2);
  expect(await worker.succeed(late, documentOf(late))).toBe(false);
  expect(await worker.fail(late, { code: 'x', detail: 'x' })).toBe(false);
  expect(await compare(batch)).toMatchObject({ running: 1 });
  expect(await worker.succeed(second, documentOf(second))).toBe(true);
  expect(await compare(batch)).toMatchObject({ running: 0, succeeded: 1 });
});
