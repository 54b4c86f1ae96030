import * as z from 'zod';
import { AnalysisOptions } from '../analysis-options.ts';
import {
  BatchId,
  DatasetId,
  DatasetReference,
  ImageId,
  ModelReference,
  Sha256,
  UploadId,
  VideoId,
  WebhookId,
} from '../ids.ts';
import { createRoute } from './create-route.ts';
import { JobBody } from './jobs.ts';
import { pageOf, pageQuery } from './paging.ts';
import { idParams } from './params.ts';
import { problemResponses } from './problem.ts';
import { FramesPerSecond } from './uploads.ts';
import { NamedWebhook } from './webhook-url.ts';

/** Jobs that one batch may have. */
export const BATCH_JOB_LIMIT = 5000;

export const BatchStatus = z.enum(['queued', 'running', 'finished', 'canceled']);
export type BatchStatus = z.infer<typeof BatchStatus>;

const Count = z.int().nonnegative();

export const BatchCounts = z.object({
  queued: Count,
  running: Count,
  succeeded: Count,
  failed: Count,
  canceled: Count,
});
export type BatchCounts = z.infer<typeof BatchCounts>;

export const CreateBatchBody = z
  .strictObject({
    images: z
      .array(z.union([ImageId, Sha256], 'Give the id of an image, or the SHA-256 of its bytes.'))
      .min(1)
      .max(1000)
      .exactOptional()
      .describe('Ids or content hashes of your images'),
    videos: z.array(VideoId).min(1).max(1000).exactOptional().describe('Ids of your videos'),
    dataset: DatasetReference.exactOptional().describe(
      'Analyses the contents of a dataset, named by its id or name, instead of `images` and `videos`',
    ),
    models: z.array(ModelReference).min(1).max(20),
    options: AnalysisOptions.exactOptional(),
    framesPerSecond: FramesPerSecond.exactOptional().describe(
      'How many frames of videos are analysed; by default 1',
    ),
    webhook: NamedWebhook.exactOptional(),
  })
  .refine(({ images, videos, dataset }) => ((images ?? videos) === undefined) !== (dataset === undefined), {
    message: 'Give either images and videos, or a dataset.',
    path: ['images'],
  })
  .meta({ id: 'CreateBatch' });
export type CreateBatchBody = z.infer<typeof CreateBatchBody>;

export const BatchBody = z
  .object({
    id: BatchId,
    status: BatchStatus.describe('`finished` and `canceled`: every job is finished'),
    counts: BatchCounts,
    jobs: Count.describe('How many jobs it has; those of a zip come as its entries are taken in'),
    models: z.array(z.string()).describe('id@version'),
    options: AnalysisOptions,
    dataset: DatasetId.optional(),
    upload: UploadId.optional().describe('The zip whose images and videos it analyses'),
    webhook: WebhookId.optional().describe('The webhook that is called at its end, whatever it listens for'),
    createdAt: z.iso.datetime(),
    links: z.object({ self: z.string(), jobs: z.string(), results: z.string() }),
  })
  .meta({ id: 'Batch' });
export type BatchBody = z.infer<typeof BatchBody>;

export const ResultFormat = z.enum(['jsonl', 'csv', 'coco']);
export type ResultFormat = z.infer<typeof ResultFormat>;

const tags = ['Batches'];
const batchAnswer = (description: string) => ({
  description,
  content: { 'application/json': { schema: BatchBody } },
});

export const createBatchRoute = createRoute({
  method: 'post',
  path: '/v1/batches',
  tags,
  summary: 'Analyse many images and videos with many models',
  description:
    `Creates one job for each image or video and model, up to ${BATCH_JOB_LIMIT}. Where the same version of a model has ` +
    'analysed the same image with the same options before, the job takes that result.',
  request: { body: { required: true, content: { 'application/json': { schema: CreateBatchBody } } } },
  responses: { 202: batchAnswer('Its jobs are being queued'), ...problemResponses },
});

export const listBatchesRoute = createRoute({
  method: 'get',
  path: '/v1/batches',
  tags,
  summary: 'Your batches, newest first',
  request: { query: z.object(pageQuery) },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(BatchBody) } } },
    ...problemResponses,
  },
});

export const getBatchRoute = createRoute({
  method: 'get',
  path: '/v1/batches/{id}',
  tags,
  summary: 'A batch and its progress',
  request: { params: idParams },
  responses: { 200: batchAnswer('The batch'), ...problemResponses },
});

export const listBatchJobsRoute = createRoute({
  method: 'get',
  path: '/v1/batches/{id}/jobs',
  tags,
  summary: 'The jobs of a batch, in the order they were asked for',
  description: 'Of a job that was retried, the latest one is listed.',
  request: { params: idParams, query: z.object(pageQuery) },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(JobBody) } } },
    ...problemResponses,
  },
});

export const cancelBatchRoute = createRoute({
  method: 'post',
  path: '/v1/batches/{id}/cancel',
  tags,
  summary: 'Cancel the open jobs of a batch',
  request: { params: idParams },
  responses: { 202: batchAnswer('Its open jobs are being canceled'), ...problemResponses },
});

export const retryBatchRoute = createRoute({
  method: 'post',
  path: '/v1/batches/{id}/retry',
  tags,
  summary: 'Retry the failed jobs of a batch, as new jobs in their place',
  request: { params: idParams },
  responses: { 202: batchAnswer('Its failed jobs are being queued anew'), ...problemResponses },
});

export const getBatchResultsRoute = createRoute({
  method: 'get',
  path: '/v1/batches/{id}/results',
  tags,
  summary: 'The results of a batch so far, in one file',
  description:
    '`jsonl`: one result document a line. `csv`: one row a detection. `coco`: COCO JSON. ' +
    'Each analysed frame of a video counts as an image of its own, with its time. ' +
    'A large file, and one with videos, is written in the background: ask again after `Retry-After` seconds.',
  request: { params: idParams, query: z.object({ format: ResultFormat.default('jsonl') }) },
  responses: {
    202: { description: 'The file is being written' },
    302: { description: 'The file, behind a short-lived signed URL' },
    ...problemResponses,
  },
});
