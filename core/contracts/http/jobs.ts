import * as z from 'zod';
import { AnalysisOptions } from '../analysis-options.ts';
import { Device } from '../device.ts';
import { BatchId, JobId } from '../ids.ts';
import { ClassSummary, ResultDocument } from '../result-document.ts';
import { VideoResultDocument } from '../video-result.ts';
import { createRoute } from './create-route.ts';
import { pageOf, pageQuery } from './paging.ts';
import { idParams } from './params.ts';
import { problemResponses } from './problem.ts';

export const JobStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled']);
export type JobStatus = z.infer<typeof JobStatus>;

/** Where more of a job is: an image has an overlay, a video has the results of its frames. */
export const JobLinks = z.object({
  self: z.string(),
  result: z.string(),
  overlay: z.string().optional().describe('Of an image'),
  frames: z.string().optional().describe('Of a video'),
});

export const JobBody = z
  .object({
    id: JobId,
    image: z.string().optional().describe('The image that it analyses'),
    video: z.uuid().optional().describe('Or the video that it analyses'),
    framesPerSecond: z.number().optional().describe('Of a video: how many frames are analysed'),
    model: z.string().describe('id@version'),
    options: AnalysisOptions,
    device: Device.describe('What it runs on'),
    status: JobStatus,
    progress: z.number().min(0).max(1),
    error: z.object({ code: z.string(), detail: z.string() }).optional(),
    summary: z.array(ClassSummary).optional(),
    batch: BatchId.optional(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().optional(),
    finishedAt: z.iso.datetime().optional(),
    attempts: z.int().nonnegative(),
    links: JobLinks,
  })
  .meta({ id: 'Job' });
export type JobBody = z.infer<typeof JobBody>;

/** Seconds that a request may stay open for its jobs to end. */
export const WaitSeconds = z.coerce
  .number()
  .int()
  .min(0)
  .max(20)
  .default(0)
  .describe('Waits for the jobs to finish, at most this many seconds');

export const listJobsRoute = createRoute({
  method: 'get',
  path: '/v1/jobs',
  tags: ['Jobs'],
  summary: 'Your jobs, newest first',
  description: 'With `status`, a page may hold fewer jobs than its limit: go on while `next` is not null.',
  request: {
    query: z.object({ ...pageQuery, status: JobStatus.optional(), image: z.string().max(128).optional() }),
  },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(JobBody) } } },
    ...problemResponses,
  },
});

export const cancelJobRoute = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/cancel',
  tags: ['Jobs'],
  summary: 'Cancel a job that is not finished',
  request: { params: idParams },
  responses: {
    200: { description: 'The canceled job', content: { 'application/json': { schema: JobBody } } },
    ...problemResponses,
  },
});

export const getJobRoute = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  tags: ['Jobs'],
  summary: 'A job and its progress',
  description:
    'Poll until `status` is `succeeded`, `failed` or `canceled`; wait `Retry-After` seconds between polls.',
  request: { params: idParams, query: z.object({ wait: WaitSeconds }) },
  responses: {
    200: { description: 'The job', content: { 'application/json': { schema: JobBody } } },
    ...problemResponses,
  },
});

export const getJobResultRoute = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/result',
  tags: ['Jobs'],
  summary: 'What a job found',
  description: 'A large result is answered by a redirect to a short-lived signed URL.',
  request: { params: idParams },
  responses: {
    200: {
      description: 'The result',
      content: { 'application/json': { schema: z.union([ResultDocument, VideoResultDocument]) } },
    },
    302: { description: 'Where the result is; always for a video' },
    ...problemResponses,
  },
});

export const getJobFramesRoute = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/frames',
  tags: ['Jobs'],
  summary: 'What a job found in each frame of a video, as JSON lines',
  request: { params: idParams },
  responses: {
    302: { description: 'The lines, behind a short-lived signed URL' },
    ...problemResponses,
  },
});

export const getJobOverlayRoute = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/overlay.png',
  tags: ['Jobs'],
  summary: 'The image with masks, boxes and labels drawn',
  request: { params: idParams },
  responses: { 302: { description: 'The drawing, behind a short-lived signed URL' }, ...problemResponses },
});
