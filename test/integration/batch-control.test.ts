import { randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createBatchTransactions } from '../../core/adapters/dynamodb/records/batch-transactions.ts';
import { createDatasetItemRecords } from '../../core/adapters/dynamodb/records/dataset-item-records.ts';
import { createDatasetRecords } from '../../core/adapters/dynamodb/records/dataset-records.ts';
import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { createResultCache } from '../../core/adapters/dynamodb/records/result-cache.ts';
import { createUploadReader } from '../../core/adapters/dynamodb/records/upload-records.ts';
import { createVideoRecords } from '../../core/adapters/dynamodb/records/video-records.ts';
import { createJobCanceler, createWorkerJobs } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { AppliedOptions, PRODUCT_DEFAULTS } from '../../core/contracts/analysis-options.ts';
import type { BatchMessage } from '../../core/contracts/messages.ts';
import { createBatch } from '../../core/domain/batches/create-batch.ts';
import { processBatchPart } from '../../core/domain/batches/process-batch-part.ts';
import { toThousandths } from '../../core/domain/entities/credits.ts';
import { imageKey } from '../../core/domain/entities/image.ts';
import type { Job } from '../../core/domain/entities/job.ts';
import { type RegisteredModel, resolveModels } from '../../core/domain/entities/model.ts';
import { analysisFingerprint } from '../../core/domain/media/result-cache.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { checkBooks } from '../helpers/check-books.ts';
import { countOpenJobs } from '../helpers/count-open-jobs.ts';
import { openCredits, readBooks, SETTINGS } from '../helpers/credits.ts';
import { makeImage } from '../helpers/make-image.ts';
import { newJob } from '../helpers/new-job.ts';
import { pollUntil } from '../helpers/pipeline.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const { models: modelNames, outputs } = deployment;
const { table, credits, ledger } = openCredits();
const { call, id: userId } = await createTestUser();
const { s3 } = createAwsClients(deployment);
const now = () => new Date();
const options = AppliedOptions.parse(PRODUCT_DEFAULTS);

/** The batch's workers until it is steered: the test itself, so that every job is where the test wants it. */
const worker = createWorkerJobs(table, {
  leaseSeconds: 3600,
  credits,
  now,
  putLargeResult: () => Promise.reject(new Error('no result here is large')),
});
const toldOf: BatchMessage[] = [];
const ports = {
  webhooks: { listOfUser: async () => [], create: async () => {} },
  sealSecret: async () => '',
  webhookUrls: { loopbackAllowed: false },
  batches: { ...createBatchRecords(table), ...createBatchTransactions(credits) },
  uploads: createUploadReader(table),
  jobs: { ...createJobRecords(table), cancel: createJobCanceler(table, { now, credits }) },
  ledger,
  models: createModelRecords(table),
  resultCache: createResultCache(table),
  images: createImageRecords(table),
  videos: createVideoRecords(table),
  datasets: createDatasetRecords(table),
  datasetItems: createDatasetItemRecords(table, now),
  videoLimits: { frames: 1, segmentFrames: 1 },
  openJobLimit: 1000,
  hasGpu: false,
  now,
  prices: { image: 0, videoFrame: 0, analysis: toThousandths(SETTINGS.analysis) },
  batchQueue: { send: async (messages: readonly BatchMessage[]) => void toldOf.push(...messages) },
  /** Nobody works on what is sent. */
  analysisQueue: { send: async () => {} },
};

const IMAGES = 100;

/** What has become of a job when its batch is canceled. */
type Way = 'known' | 'succeeded' | 'unusable' | 'broken' | 'running' | 'queued';

/** Of twenty jobs in a row. */
const WAYS: readonly Way[] = [
  ...(['known', 'known', 'known', 'known', 'known', 'known'] as const),
  ...(['succeeded', 'succeeded', 'succeeded', 'succeeded'] as const),
  ...(['unusable', 'broken', 'running', 'running'] as const),
  ...(['queued', 'queued', 'queued', 'queued', 'queued', 'queued'] as const),
];
const wayOf = (position: number) => WAYS[position % WAYS.length] as Way;

async function work(job: Job, way: Way): Promise<void> {
  if (way === 'known' || way === 'queued') return;
  const taken = (await worker.claim({ jobId: job.id })) as Job;
  if (way === 'succeeded') await worker.succeed(taken, documentOf(taken));
  if (way === 'unusable') await worker.fail(taken, { code: 'unsupported_image', detail: 'no image' });
  if (way === 'broken') await worker.fail(taken, { code: 'analysis_failed', detail: 'no memory' });
}

const documentOf = ({ mediaId, model }: Job) => ({
  image: { id: mediaId, sha256: '0'.repeat(64), width: 64, height: 64 },
  model: { ...model, sha256: '0'.repeat(64) },
  options,
  detections: [],
  summary: [],
  timing: { decodeMs: 0, inferMs: 0, postMs: 0 },
});

describe('a batch of 200 jobs, steered in the middle', () => {
  let id: string;
  let jobs: Job[];

  const storeImage = async (bytes: Uint8Array): Promise<string> => {
    const mediaId = randomUUID();
    const at = now().toISOString();
    await s3.send(new PutObjectCommand({ Bucket: outputs.BucketName, Key: imageKey(mediaId), Body: bytes }));
    await table.entities.image
      .create({
        id: mediaId,
        userId,
        sha256: '0'.repeat(64),
        filename: 'a.jpg',
        width: 64,
        height: 64,
        sizeBytes: bytes.length,
        originalSizeBytes: bytes.length,
        contentType: 'image/jpeg',
        uploadedAt: at,
        modifiedAt: at,
      })
      .go();
    return mediaId;
  };

  /** As if `model` had analysed the image before. */
  const makeKnown = async (mediaId: string, { id: model, version, sha256 }: RegisteredModel) => {
    const fingerprint = analysisFingerprint({ model: { id: model, version, sha256 }, options });
    const earlier = newJob(userId, { mediaId, model: { id: model, version }, status: 'succeeded' });
    await table.entities.job.create({ ...earlier, summary: [] }).go();
    await table.entities.cachedResult
      .put({ imageId: mediaId, fingerprint, jobId: earlier.id, summary: [] })
      .go();
  };

  const listJobs = async (): Promise<Job[]> => {
    const parts = await Promise.all([ports.batches.findPart(id, 0), ports.batches.findPart(id, 1)]);
    const ids = parts.flatMap((part) => part?.jobs.map((job) => job.id) ?? []);
    const byId = new Map((await ports.jobs.findAll(ids)).map((job) => [job.id, job]));
    return ids.map((jobId) => byId.get(jobId) as Job);
  };

  const inWay = (way: Way) => jobs.filter((_, position) => wayOf(position) === way);

  /** What each job has cost so far by the ledger's entries, in credits. */
  const readCosts = async () => {
    const books = await readBooks(table, userId);
    checkBooks([books], { low: toThousandths(SETTINGS.low) });
    const costs = new Map<string, number>();
    for (const { kind, items } of books.entries) {
      const sign = { debit: 1, refund: -1, grant: 0 }[kind];
      for (const item of items) costs.set(item, (costs.get(item) ?? 0) + sign * SETTINGS.analysis);
    }
    return (some: readonly Job[]) => [...new Set(some.map((job) => costs.get(`job:${job.id}`)))];
  };

  beforeAll(async () => {
    const models = await resolveModels(modelNames, ports.models);
    const bytes = await makeImage(1);
    const images = await Promise.all(Array.from({ length: IMAGES }, () => storeImage(bytes)));
    const pairs = images.flatMap((image) => models.map((model) => ({ image, model })));
    await Promise.all(
      pairs.flatMap(({ image, model }, position) =>
        wayOf(position) === 'known' ? [makeKnown(image, model)] : [],
      ),
    );
    const principal = { userId, scopes: ['write'] } as const;
    const visitor = { principal, prefetched: { dataset: undefined, openJobs: 0, credits: undefined } };
    ({ id } = await createBatch({ images, models: [...modelNames], options }, visitor, ports));
    for (const message of toldOf) {
      if (message.action !== 'export') await processBatchPart(message, ports);
    }
    jobs = await listJobs();
    // A few at a time: they meet at the same account.
    for (let start = 0; start < jobs.length; start += 10) {
      const some = jobs.slice(start, start + 10);
      await Promise.all(some.map((job, index) => work(job, wayOf(start + index))));
    }
  });

  it('has its counts and its charges beforehand', async () => {
    const { body } = await call(`GET /v1/batches/${id}`);
    expect(body).toMatchObject({ status: 'running', jobs: 200 });
    expect(body.counts).toEqual({ queued: 60, running: 20, succeeded: 100, failed: 20, canceled: 0 });
    // 60 cost nothing, 10 have got back theirs.
    expect((await call('GET /v1/credits')).body).toMatchObject({ balance: 967.5, available: 967.5 });
  });

  it('canceled, gives back what nobody has begun, and no worker can end what is canceled', async () => {
    for (const status of [202, 202])
      expect((await call(`POST /v1/batches/${id}/cancel`)).status).toBe(status);
    const { counts } = await pollUntil(
      async () => (await call(`GET /v1/batches/${id}`)).body,
      ({ status }) => status === 'canceled',
      90,
    );
    expect(counts).toEqual({ queued: 0, running: 0, succeeded: 100, failed: 20, canceled: 80 });
    for (const job of inWay('running')) {
      const late: Job = { ...job, status: 'running', attempts: 1 };
      expect(await worker.succeed(late, documentOf(late))).toBe(false);
      expect(await worker.fail(late, { code: 'analysis_failed', detail: 'late' })).toBe(false);
    }
    const costOf = await readCosts();
    expect(costOf(inWay('known'))).toEqual([undefined]);
    expect(costOf([...inWay('queued'), ...inWay('broken')])).toEqual([0]);
    const worked = [...inWay('succeeded'), ...inWay('unusable'), ...inWay('running')];
    expect(costOf(worked)).toEqual([SETTINGS.analysis]);
    expect((await call('GET /v1/credits')).body).toMatchObject({ balance: 982.5, available: 982.5 });
  });

  it('tried again, charges the new jobs and leaves the old ones what they were', async () => {
    const failed = [...inWay('unusable'), ...inWay('broken')];
    expect((await call(`POST /v1/batches/${id}/retry`)).status).toBe(202);
    const counts = { queued: 0, running: 0, succeeded: 120, failed: 0, canceled: 80 };
    await pollUntil(
      async () => (await call(`GET /v1/batches/${id}`)).body,
      (batch) => JSON.stringify(batch.counts) === JSON.stringify(counts),
      100,
    );
    const latest = await listJobs();
    const before = new Set(jobs.map((job) => job.id));
    const replacements = latest.filter((job) => !before.has(job.id));
    expect(replacements).toHaveLength(failed.length);
    expect(Map.groupBy(latest, ({ status }) => status).get('succeeded')).toHaveLength(120);
    const old = await ports.jobs.findAll(failed.map((job) => job.id));
    expect(new Set(old.map(({ status }) => status))).toEqual(new Set(['failed']));
    const costOf = await readCosts();
    expect(costOf([...replacements, ...inWay('unusable')])).toEqual([SETTINGS.analysis]);
    expect(costOf(inWay('broken'))).toEqual([0]);
    expect((await call('GET /v1/credits')).body).toMatchObject({ balance: 977.5, available: 977.5 });
    expect(await countOpenJobs(table, userId)).toBe(0);
  });
});
