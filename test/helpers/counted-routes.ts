import { randomInt, randomUUID } from 'node:crypto';
import type { ApiClient } from './api-client.ts';
import type { CountedRequest } from './functions-here.ts';
import { makePicture } from './make-picture.ts';

export interface CountedRoute {
  readonly route: string;
  /** As it is sent. */
  readonly target: string;
  readonly kind: 'read' | 'submit';
  readonly request: () => Promise<CountedRequest>;
}

/** How many calls of AWS a request may make, its authentication included. */
export const CALL_LIMITS = { read: 2, submit: 6 } as const;

/** The routes that clients use all the time, with things of the user's that they can be asked for. */
export async function prepareCountedRoutes(call: ApiClient, model: string): Promise<CountedRoute[]> {
  const picture = async () => ({ bytes: await makePicture(randomInt(2 ** 24)) });
  const { body } = await call(`POST /v1/images?models=${model}&wait=20`, {
    ...(await picture()),
    headers: { 'content-type': 'image/jpeg' },
  });
  const image: string = body.image.id;
  const job: string = body.jobs[0].id;
  const { body: dataset } = await call('POST /v1/datasets', { json: { name: `d ${randomUUID()}` } });
  const { body: batch } = await call('POST /v1/batches', { json: { images: [image], models: [model] } });
  const sentUpload = { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 1000 };
  const { body: upload } = await call('POST /v1/uploads', { json: sentUpload });
  const read = (route: string, target = route): CountedRoute => ({
    ...{ route: `GET ${route}`, target: `GET ${target}`, kind: 'read' as const },
    request: async () => ({}),
  });
  const submit = (target: string, request: () => Promise<CountedRequest>): CountedRoute => ({
    ...{ route: target.replace(model, '{model}'), target, kind: 'submit' as const, request },
  });
  return [
    read('/v1/users/me'),
    read('/v1/models'),
    read('/v1/images'),
    read('/v1/images/{id}', `/v1/images/${image}`),
    read('/v1/images/{id}/file', `/v1/images/${image}/file`),
    read('/v1/jobs'),
    read('/v1/jobs/{id}', `/v1/jobs/${job}`),
    read('/v1/jobs/{id}/result', `/v1/jobs/${job}/result`),
    read('/v1/uploads/{id}', `/v1/uploads/${upload.id}`),
    read('/v1/batches/{id}', `/v1/batches/${batch.id}`),
    read('/v1/batches/{id}/jobs', `/v1/batches/${batch.id}/jobs`),
    read('/v1/datasets'),
    read('/v1/datasets/{id}', `/v1/datasets/${dataset.id}`),
    read('/v1/webhooks'),
    read('/v1/api-keys'),
    read('/v1/credits'),
    read('/v1/credits/entries'),
    submit('POST /v1/images', picture),
    submit(`POST /v1/images?models=${model}`, picture),
    submit('POST /v1/uploads', async () => ({ json: { ...sentUpload, models: [model] } })),
    submit('POST /v1/batches', async () => ({ json: { images: [image], models: [model] } })),
  ];
}
