import { createRoute, z } from '@hono/zod-openapi';
import { ModelId, ModelManifest } from '../model-manifest.ts';
import { problemResponses } from './problem.ts';

export const ModelVersionBody = ModelManifest.omit({ id: true });
export const ModelBody = z.object({ id: ModelId, versions: z.array(ModelVersionBody) }).meta({ id: 'Model' });
export type ModelBody = z.infer<typeof ModelBody>;

export const listModelsRoute = createRoute({
  method: 'get',
  path: '/v1/models',
  tags: ['Models'],
  summary: 'The models there are',
  responses: {
    200: {
      description: 'The models',
      content: {
        'application/json': { schema: z.object({ items: z.array(ModelBody), next: z.string().nullable() }) },
      },
    },
    ...problemResponses,
  },
});
