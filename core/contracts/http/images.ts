import * as z from 'zod';
import { AnalysisOptions } from '../analysis-options.ts';
import { DatasetReference, ImageId, ModelReference, Sha256 } from '../ids.ts';
import { createRoute } from './create-route.ts';
import { JobBody, WaitSeconds } from './jobs.ts';
import { pageOf, pageQuery } from './paging.ts';
import { idParams } from './params.ts';
import { problemResponses } from './problem.ts';

/** What API Gateway and Lambda take in one request, less what base64 adds. */
export const DIRECT_UPLOAD_LIMIT_BYTES = 4_500_000;

export const ImageBody = z
  .object({
    id: ImageId,
    sha256: Sha256.describe('Of the uploaded bytes'),
    filename: z.string(),
    width: z.int().positive(),
    height: z.int().positive(),
    sizeBytes: z.int().positive().describe('Of the stored copy'),
    originalSizeBytes: z.int().positive(),
    contentType: z.string().describe('Of the stored copy'),
    cost: z.number().nonnegative().describe('Credits that it was charged, without its analyses'),
    uploadedAt: z.iso.datetime(),
    modifiedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional().describe('When it is deleted with its results'),
    datasets: z.array(z.string()),
    jobs: z.array(JobBody),
  })
  .meta({ id: 'Image' });
export type ImageBody = z.infer<typeof ImageBody>;

/** An image as lists show it: without what hangs on it. */
export const ListedImageBody = ImageBody.omit({ datasets: true, jobs: true }).meta({ id: 'ListedImage' });
export type ListedImageBody = z.infer<typeof ListedImageBody>;

/** An image as it has just been uploaded: its jobs stand beside it. */
export const UploadedImageBody = ImageBody.omit({ jobs: true }).meta({ id: 'UploadedImage' });
export type UploadedImageBody = z.infer<typeof UploadedImageBody>;

/** Days after which an image is forgotten; 0 keeps it. */
export const RetentionDays = z.coerce.number().int().min(0).max(3650);

/** What to keep of an image: a visually lossless copy, or the uploaded bytes as they are. */
export const Keep = z.enum(['compressed', 'original']);
export type Keep = z.infer<typeof Keep>;

/** A query value that holds JSON. */
const jsonText = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'Not valid JSON.' });
        return z.NEVER;
      }
    })
    .pipe(schema);

/** `m1,m2@v` as a list. */
const modelList = z
  .string()
  .transform((text) => text.split(',').filter((part) => part !== ''))
  .pipe(z.array(ModelReference).max(20));

export const UploadImageQuery = z.object({
  models: modelList.optional().meta({
    description:
      'Models to run, comma-separated, such as `yolov8n-seg,food@1`; without any the image is only stored',
    format: 'comma-separated',
  }),
  keep: Keep.default('compressed').describe(
    'What is stored: a visually lossless copy, or the uploaded bytes as they are',
  ),
  dataset: DatasetReference.optional().describe('A dataset to put it into, by its id or name'),
  retentionDays: RetentionDays.optional().describe('Days after which it is deleted; 0 keeps it'),
  wait: WaitSeconds,
  options: jsonText(AnalysisOptions)
    .optional()
    .meta({
      description: 'Analysis options as JSON, such as `{"scale":{"pixelsPerCm":40}}`',
      contentMediaType: 'application/json',
      contentSchema: { $ref: '#/$defs/AnalysisOptions' },
    }),
});

/** Where the image is the body, its name has no place but a header. */
const UploadImageHeaders = z.object({
  'x-filename': z
    .string()
    .optional()
    .meta({
      description: 'The name of the image, percent-encoded where it is not ASCII',
      examples: ['plate.jpg'],
    }),
});

const uploadedImage = {
  'application/json': { schema: z.object({ image: UploadedImageBody, jobs: z.array(JobBody) }) },
};

const imageBody = { schema: z.string().meta({ format: 'binary', description: 'The bytes of the image' }) };

export const uploadImageRoute = createRoute({
  method: 'post',
  path: '/v1/images',
  tags: ['Images'],
  summary: 'Upload one image, and analyse it',
  description:
    'The body is the image itself (`Content-Type: image/…`, or `application/octet-stream`; its name in `X-Filename`) or a ' +
    'multipart form with a file field `image`. Up to 4,500,000 bytes; larger images go through `POST /v1/uploads`.',
  request: {
    query: UploadImageQuery,
    headers: UploadImageHeaders,
    body: {
      required: true,
      content: {
        'image/*': imageBody,
        'application/octet-stream': imageBody,
        'multipart/form-data': { schema: z.object({ image: imageBody.schema }) },
      },
    },
  },
  responses: {
    200: { description: 'Stored; its jobs have ended within `wait`', content: uploadedImage },
    202: { description: 'Stored; its jobs are queued', content: uploadedImage },
    ...problemResponses,
  },
});

export const listImagesRoute = createRoute({
  method: 'get',
  path: '/v1/images',
  tags: ['Images'],
  summary: 'Your images, newest first',
  description:
    'A page may have fewer images than `limit` where they are filtered; go on while `next` is there.',
  request: {
    query: z.object({
      ...pageQuery,
      dataset: DatasetReference.optional().describe('A dataset that it is in, by its id or name'),
      tag: z.string().max(128).optional().describe('Of a dataset that the image is in'),
      contentType: z.string().max(128).optional(),
    }),
  },
  responses: {
    200: {
      description: 'A page of images',
      content: { 'application/json': { schema: pageOf(ListedImageBody) } },
    },
    ...problemResponses,
  },
});

export const changeImageRoute = createRoute({
  method: 'patch',
  path: '/v1/images/{id}',
  tags: ['Images'],
  summary: 'Give an image another filename',
  request: {
    params: idParams,
    body: {
      required: true,
      content: { 'application/json': { schema: z.strictObject({ filename: z.string().min(1).max(255) }) } },
    },
  },
  responses: {
    200: { description: 'The image', content: { 'application/json': { schema: ListedImageBody } } },
    ...problemResponses,
  },
});

export const deleteImageRoute = createRoute({
  method: 'delete',
  path: '/v1/images/{id}',
  tags: ['Images'],
  summary: 'Delete an image with its results',
  description: 'It is gone at once. Its jobs end, and its files and results are removed within moments.',
  request: { params: idParams },
  responses: { 204: { description: 'It is gone' }, ...problemResponses },
});

export const getImageRoute = createRoute({
  method: 'get',
  path: '/v1/images/{id}',
  tags: ['Images'],
  summary: 'An image and all its jobs, by its id or the SHA-256 of its uploaded bytes',
  request: { params: idParams },
  responses: {
    200: { description: 'The image', content: { 'application/json': { schema: ImageBody } } },
    ...problemResponses,
  },
});

export const getImageThumbnailRoute = createRoute({
  method: 'get',
  path: '/v1/images/{id}/thumbnail.webp',
  tags: ['Images'],
  summary: 'The image made small: a WebP of at most 1,200 × 400 pixels',
  description:
    'Made at the first request and kept as long as the image. It is never larger than the image is.',
  request: { params: idParams },
  responses: {
    302: { description: 'The small image, behind a short-lived signed URL' },
    ...problemResponses,
  },
});

export const getImageFileRoute = createRoute({
  method: 'get',
  path: '/v1/images/{id}/file',
  tags: ['Images'],
  summary: 'The stored image itself',
  request: { params: idParams },
  responses: { 302: { description: 'The image, behind a short-lived signed URL' }, ...problemResponses },
});
