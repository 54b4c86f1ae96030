import * as z from 'zod';
import { createRoute } from './create-route.ts';
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

const anyObject = { 'application/json': { schema: z.looseObject({}) } };

export const openApiRoute = createRoute({
  method: 'get',
  path: '/v1/openapi.json',
  tags: ['Service'],
  summary: 'This API, as OpenAPI 3.1',
  security: [],
  responses: { 200: { description: 'The document', content: anyObject }, ...problemResponses },
});

export const jwksRoute = createRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  tags: ['Service'],
  summary: 'The public keys that access tokens are signed with',
  security: [],
  responses: {
    200: {
      description: 'A JWK set',
      content: { 'application/json': { schema: z.object({ keys: z.array(z.looseObject({})) }) } },
    },
    ...problemResponses,
  },
});

export const docsRoute = createRoute({
  method: 'get',
  path: '/docs',
  tags: ['Service'],
  summary: 'This API as a page',
  security: [],
  responses: {
    200: { description: 'A page', content: { 'text/html': { schema: z.string() } } },
    ...problemResponses,
  },
});
