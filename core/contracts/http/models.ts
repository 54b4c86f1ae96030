import * as z from 'zod';
import { ModelId, ModelManifest } from '../model-manifest.ts';
import { createRoute } from './create-route.ts';
import { problemResponses } from './problem.ts';
import { FOR_ADMINS } from './scopes.ts';

/**
 * `pending`: its weights have not come; `checking`: they are looked at; `available`: jobs may name it;
 * `refused`: the check found something; `disabled`: jobs may name it no more.
 */
export const ModelStatus = z.enum(['pending', 'checking', 'available', 'refused', 'disabled']);
export type ModelStatus = z.infer<typeof ModelStatus>;

/** What is wrong with a model's weights. */
export const ModelRefusal = z.object({ code: z.string(), detail: z.string() });
export type ModelRefusal = z.infer<typeof ModelRefusal>;

export const ModelVersionBody = ModelManifest.omit({ id: true })
  .extend({
    status: ModelStatus,
    refusal: ModelRefusal.optional().describe('Why it was refused'),
    registeredAt: z.iso.datetime(),
  })
  .meta({ id: 'ModelVersion' });
export type ModelVersionBody = z.infer<typeof ModelVersionBody>;

export const ModelBody = z.object({ id: ModelId, versions: z.array(ModelVersionBody) }).meta({ id: 'Model' });
export type ModelBody = z.infer<typeof ModelBody>;

/** A manifest, and how large the weights are that it is of. */
export const AddModelBody = z
  .strictObject({ ...ModelManifest.shape, sizeBytes: z.int().positive() })
  .meta({ id: 'AddModel' });
export type AddModelBody = z.infer<typeof AddModelBody>;

export const PresignedWeights = z
  .object({
    id: ModelId,
    version: ModelId,
    status: ModelStatus,
    url: z.url(),
    fields: z.record(z.string(), z.string()),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'PresignedWeights' });

const Name = z.string().min(1).max(128);
const modelParams = z.object({ id: Name });
const versionParams = z.object({ id: Name, version: Name });
const answer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});

export const listModelsRoute = createRoute({
  method: 'get',
  path: '/v1/models',
  tags: ['Models'],
  summary: 'All models',
  description: 'Admins also see versions that are not available yet or were refused.',
  responses: {
    200: answer('The models', z.object({ items: z.array(ModelBody), next: z.string().nullable() })),
    ...problemResponses,
  },
});

export const getModelRoute = createRoute({
  method: 'get',
  path: '/v1/models/{id}',
  tags: ['Models'],
  summary: 'A model and its versions',
  request: { params: modelParams },
  responses: { 200: answer('The model', ModelBody), ...problemResponses },
});

export const getModelVersionRoute = createRoute({
  method: 'get',
  path: '/v1/models/{id}/versions/{version}',
  tags: ['Models'],
  summary: 'One version of a model: its manifest, its status, and why it was refused',
  request: { params: versionParams },
  responses: { 200: answer('The version', ModelVersionBody), ...problemResponses },
});

export const addModelRoute = createRoute({
  method: 'post',
  path: '/v1/models',
  tags: ['Administration'],
  summary: 'Add a version of a model: answers with a form for its weights',
  security: FOR_ADMINS,
  description:
    'The manifest is what `segmentry models inspect --json` prints. Send the ONNX file to `url` as a multipart ' +
    'form: all of `fields` as they are, then `file` last. It is checked when it has arrived; follow `Location`.',
  request: { body: { required: true, content: { 'application/json': { schema: AddModelBody } } } },
  responses: { 201: answer('Where to send the weights', PresignedWeights), ...problemResponses },
});

export const changeModelStatusRoute = createRoute({
  method: 'put',
  path: '/v1/models/{id}/versions/{version}/status',
  tags: ['Administration'],
  summary: 'Disable a version, or make it available again',
  security: FOR_ADMINS,
  description: 'Jobs that were accepted before still run.',
  request: {
    params: versionParams,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({ status: ModelStatus.extract(['available', 'disabled']) }),
        },
      },
    },
  },
  responses: { 200: answer('The version', ModelVersionBody), ...problemResponses },
});
