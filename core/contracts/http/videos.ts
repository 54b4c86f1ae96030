import * as z from 'zod';
import { Sha256, VideoId } from '../ids.ts';
import { createRoute } from './create-route.ts';
import { JobBody } from './jobs.ts';
import { pageOf, pageQuery } from './paging.ts';
import { idParams } from './params.ts';
import { problemResponses } from './problem.ts';

export const VideoBody = z
  .object({
    id: VideoId,
    sha256: Sha256,
    filename: z.string(),
    width: z.int().positive(),
    height: z.int().positive(),
    durationSeconds: z.number().positive(),
    frameRate: z.number().nonnegative(),
    sizeBytes: z.int().positive(),
    contentType: z.string(),
    cost: z.number().nonnegative().describe('Credits that it was charged, without its analyses'),
    uploadedAt: z.iso.datetime(),
    modifiedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional().describe('When it is deleted with its results'),
    datasets: z.array(z.string()),
    jobs: z.array(JobBody),
  })
  .meta({ id: 'Video' });
export type VideoBody = z.infer<typeof VideoBody>;

/** A video as lists show it: without what hangs on it. */
export const ListedVideoBody = VideoBody.omit({ datasets: true, jobs: true }).meta({ id: 'ListedVideo' });
export type ListedVideoBody = z.infer<typeof ListedVideoBody>;

const tags = ['Videos'];
const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });

export const listVideosRoute = createRoute({
  method: 'get',
  path: '/v1/videos',
  tags,
  summary: 'Your videos, newest first',
  request: { query: z.object(pageQuery) },
  responses: { 200: { description: 'A page', content: json(pageOf(ListedVideoBody)) }, ...problemResponses },
});

export const getVideoRoute = createRoute({
  method: 'get',
  path: '/v1/videos/{id}',
  tags,
  summary: 'A video and all its jobs',
  request: { params: idParams },
  responses: { 200: { description: 'The video', content: json(VideoBody) }, ...problemResponses },
});

export const changeVideoRoute = createRoute({
  method: 'patch',
  path: '/v1/videos/{id}',
  tags,
  summary: 'Give a video another filename',
  request: {
    params: idParams,
    body: { required: true, content: json(z.strictObject({ filename: z.string().min(1).max(255) })) },
  },
  responses: { 200: { description: 'The video', content: json(ListedVideoBody) }, ...problemResponses },
});

export const deleteVideoRoute = createRoute({
  method: 'delete',
  path: '/v1/videos/{id}',
  tags,
  summary: 'Delete a video with its results',
  description: 'It is gone at once. Its jobs end, and its files and results are removed within moments.',
  request: { params: idParams },
  responses: { 204: { description: 'It is gone' }, ...problemResponses },
});

export const getVideoFileRoute = createRoute({
  method: 'get',
  path: '/v1/videos/{id}/file',
  tags,
  summary: 'The video itself, as it was uploaded',
  request: { params: idParams },
  responses: { 302: { description: 'The video, behind a short-lived signed URL' }, ...problemResponses },
});
