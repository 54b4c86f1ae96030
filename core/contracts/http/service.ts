import { createRoute, z } from '@hono/zod-openapi';
import { problemResponses } from './problem.ts';

export const healthRoute = createRoute({
  method: 'get',
  path: '/v1/health',
  tags: ['Service'],
  summary: 'Whether the service answers',
  security: [],
  responses: {
    200: {
      description: 'It does',
      content: { 'application/json': { schema: z.object({ status: z.literal('ok') }) } },
    },
    ...problemResponses,
  },
});

export const OPENAPI_PATH = '/v1/openapi.json';
export const DOCS_PATH = '/docs';
