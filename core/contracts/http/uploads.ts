import * as z from 'zod';
import { AnalysisOptions } from '../analysis-options.ts';
import { BatchId, DatasetReference, ImageId, ModelReference, UploadId, VideoId, WebhookId } from '../ids.ts';
import { createRoute } from './create-route.ts';
import { Keep } from './images.ts';
import { pageOf, pageQuery } from './paging.ts';
import { idParams } from './params.ts';
import { problemResponses } from './problem.ts';
import { NamedWebhook } from './webhook-url.ts';

export const UploadKind = z.enum(['image', 'zip', 'video']);
export type UploadKind = z.infer<typeof UploadKind>;

export const UploadStatus = z.enum(['waiting', 'processing', 'done', 'failed']);
export type UploadStatus = z.infer<typeof UploadStatus>;

const CONTENT_TYPES: Record<UploadKind, RegExp> = {
  image: /^image\/[a-z0-9.+-]{1,60}$/,
  zip: /^application\/(x-)?zip(-compressed)?$/,
  video: /^video\/(mp4|quicktime|webm)$/,
};

/** How many frames of a video are analysed. */
export const FramesPerSecond = z.number().min(0.1).max(30);

export const CreateUploadBody = z
  .strictObject({
    kind: UploadKind,
    filename: z.string().min(1).max(255),
    contentType: z.string().max(80),
    sizeBytes: z.int().positive(),
    models: z.array(ModelReference).max(20).optional(),
    options: AnalysisOptions.optional(),
    keep: Keep.default('compressed'),
    dataset: DatasetReference.exactOptional().describe('A dataset to put it into, by its id or name'),
    framesPerSecond: FramesPerSecond.default(1),
    retentionDays: z.int().min(0).max(3650).optional(),
    webhook: NamedWebhook.exactOptional(),
  })
  .refine(({ kind, contentType }) => CONTENT_TYPES[kind].test(contentType), {
    path: ['contentType'],
    message:
      'Give a content type of the kind: image/… for an image, application/zip for a zip, video/mp4, video/quicktime ' +
      'or video/webm for a video.',
  })
  .meta({ id: 'CreateUpload' });
export type CreateUploadBody = z.infer<typeof CreateUploadBody>;

export const PresignedUpload = z
  .object({
    id: UploadId,
    url: z.url(),
    fields: z.record(z.string(), z.string()),
    expiresAt: z.iso.datetime(),
    webhook: WebhookId.optional().describe('The webhook that is called at its end, whatever it listens for'),
  })
  .meta({ id: 'PresignedUpload' });

export const RefusedEntry = z.object({ name: z.string(), code: z.string(), detail: z.string() });
export type RefusedEntry = z.infer<typeof RefusedEntry>;

/** Lines of refused entries that an answer has at most. */
export const REFUSED_SHOWN = 1000;

export const UploadBody = z
  .object({
    id: UploadId,
    kind: UploadKind,
    status: UploadStatus,
    progress: z.object({
      done: z.int().nonnegative(),
      refused: z.int().nonnegative(),
      total: z.int().nonnegative(),
    }),
    cost: z.number().nonnegative().describe('Credits that were charged as it was taken in'),
    images: z.array(ImageId),
    videos: z.array(VideoId),
    batch: BatchId.optional().describe(
      'Of a zip with models, once its directory has been read: the batch of all its jobs',
    ),
    refused: z
      .array(RefusedEntry)
      .describe(
        `A line for each file that was refused, up to ${REFUSED_SHOWN}; progress counts them all, and GET /v1/uploads/{id}/refused lists them`,
      ),
  })
  .meta({ id: 'Upload' });
export type UploadBody = z.infer<typeof UploadBody>;

export const createUploadRoute = createRoute({
  method: 'post',
  path: '/v1/uploads',
  tags: ['Uploads'],
  summary: 'Create a presigned upload',
  description:
    'Send the file to `url` as a multipart form: all of `fields` as they are, then `file` last. ' +
    'Then poll `GET /v1/uploads/{id}`.',
  request: { body: { required: true, content: { 'application/json': { schema: CreateUploadBody } } } },
  responses: {
    201: {
      description: 'Where to send the file',
      content: { 'application/json': { schema: PresignedUpload } },
    },
    ...problemResponses,
  },
});

export const getUploadRoute = createRoute({
  method: 'get',
  path: '/v1/uploads/{id}',
  tags: ['Uploads'],
  summary: 'An upload, its progress and its outcome',
  request: { params: idParams },
  responses: {
    200: { description: 'The upload', content: { 'application/json': { schema: UploadBody } } },
    ...problemResponses,
  },
});

export const listRefusedEntriesRoute = createRoute({
  method: 'get',
  path: '/v1/uploads/{id}/refused',
  tags: ['Uploads'],
  summary: 'The refused files of an upload, each with its reason',
  request: { params: idParams, query: z.object(pageQuery) },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(RefusedEntry) } } },
    ...problemResponses,
  },
});
