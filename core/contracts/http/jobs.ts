import { createRoute, z } from '@hono/zod-openapi';
import { AnalysisOptions } from '../analysis-options.ts';
import { JobId } from '../ids.ts';
import { ClassSummary, ResultDocument } from '../result-document.ts';
import { idParams } from './params.ts';
import { problemResponses } from './problem.ts';

export const JobStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled']);
export type JobStatus = z.infer<typeof JobStatus>;

export const JobBody = z
  .object({
    id: JobId,
    image: z.string(),
    model: z.string().describe('id@version'),
    options: AnalysisOptions,
    status: JobStatus,
    progress: z.number().min(0).max(1),
    error: z.object({ code: z.string(), detail: z.string() }).optional(),
    summary: z.array(ClassSummary).optional(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().optional(),
    finishedAt: z.iso.datetime().optional(),
    attempts: z.int().nonnegative(),
    links: z.object({ self: z.string(), result: z.string(), overlay: z.string() }),
  })
  .meta({ id: 'Job' });
export type JobBody = z.infer<typeof JobBody>;

export const getJobRoute = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  tags: ['Jobs'],
  summary: 'How far a job is',
  description:
    'Poll until `status` is `succeeded`, `failed` or `canceled`; wait `Retry-After` seconds between polls.',
  request: { params: idParams },
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
    200: { description: 'The result', content: { 'application/json': { schema: ResultDocument } } },
    302: { description: 'The result, elsewhere' },
    ...problemResponses,
  },
});

export const getJobOverlayRoute = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/overlay.png',
  tags: ['Jobs'],
  summary: 'The picture with masks, boxes and labels drawn',
  request: { params: idParams },
  responses: { 302: { description: 'The drawing, behind a short-lived signed URL' }, ...problemResponses },
});
