import { randomInt, randomUUID } from 'node:crypto';
import type { ApiClient } from './api-client.ts';
import type { CountedRequest } from './functions-here.ts';
import { makeImage } from './make-image.ts';
import { pollUntil } from './pipeline.ts';
import { prepareVideo } from './prepare-video.ts';

export interface CountedRoute {
  readonly route: string;
  /** As it is sent. */
  readonly target: string;
  readonly kind: 'read' | 'submit';
  /** How many calls it may make, where that is not what its kind may make. */
  readonly callLimit?: number;
  readonly request: () => Promise<CountedRequest>;
  /** Waits for what an answer has set going and moves credits: whoever moves them meanwhile costs calls more. */
  readonly settle?: (body: { id: string }) => Promise<unknown>;
}

/** How many calls of AWS a request may make, its authentication included. */
export const CALL_LIMITS = { read: 2, submit: 6 } as const;

/** Reads that write what they lead to where it is not there yet. */
export const WRITING_READS = ['GET /v1/batches/{id}/results'];

/** All routes that read, and all that submit images, with things of an admin's that they can be asked for. */
export async function prepareCountedRoutes(call: ApiClient, model: string): Promise<CountedRoute[]> {
  const things = await prepareThings(call, model);
  const { image, sha256, again, job, video, videoJob, dataset, batch, upload, webhook, delivery } = things;
  const newImage = async () => ({ bytes: await makeImage(randomInt(2 ** 24)) });
  const read = (route: string, target = route): CountedRoute => ({
    route: `GET ${route}`,
    target: `GET ${target}`,
    kind: 'read' as const,
    request: async () => ({}),
  });
  const settle = ({ id }: { id: string }) => waitForBatch(call, id);
  const submit = (
    route: string,
    request: () => Promise<CountedRequest>,
    target = route.replace('{model}', model).replace('{dataset}', dataset),
  ): CountedRoute => ({
    route: `POST ${route}`,
    target: `POST ${target}`,
    kind: 'submit',
    request,
    ...(target === '/v1/batches' && { settle }),
  });
  const ofModel = `/v1/models/${model}`;
  return [
    read('/v1/users/me'),
    read('/v1/users'),
    read('/v1/models'),
    read('/v1/models/{id}', ofModel),
    read('/v1/models/{id}/versions/{version}', `${ofModel}/versions/${things.version}`),
    read('/v1/images'),
    read('/v1/images/{id}', `/v1/images/${image}`),
    read('/v1/images/{sha256}', `/v1/images/${sha256}`),
    read('/v1/images/{id}/file', `/v1/images/${image}/file`),
    read('/v1/images/{id}/thumbnail.webp', `/v1/images/${image}/thumbnail.webp`),
    read('/v1/videos'),
    read('/v1/videos/{id}', `/v1/videos/${video}`),
    read('/v1/videos/{id}/file', `/v1/videos/${video}/file`),
    read('/v1/jobs'),
    read('/v1/jobs/{id}', `/v1/jobs/${job}`),
    read('/v1/jobs/{id}/result', `/v1/jobs/${job}/result`),
    read('/v1/jobs/{id}/frames', `/v1/jobs/${videoJob}/frames`),
    read('/v1/jobs/{id}/overlay.png', `/v1/jobs/${job}/overlay.png`),
    read('/v1/uploads/{id}', `/v1/uploads/${upload}`),
    read('/v1/uploads/{id}/refused', `/v1/uploads/${upload}/refused`),
    // Once more: the counts of a batch whose end was not written down yet.
    { ...read('/v1/batches'), callLimit: CALL_LIMITS.read + 1 },
    read('/v1/batches/{id}', `/v1/batches/${batch}`),
    read('/v1/batches/{id}/jobs', `/v1/batches/${batch}/jobs`),
    read('/v1/datasets'),
    read('/v1/datasets/{id}', `/v1/datasets/${dataset}`),
    read('/v1/datasets/{id}/items', `/v1/datasets/${dataset}/items`),
    read('/v1/webhooks'),
    read('/v1/webhooks/{id}', `/v1/webhooks/${webhook}`),
    read('/v1/webhooks/{id}/deliveries', `/v1/webhooks/${webhook}/deliveries`),
    read('/v1/webhooks/{id}/deliveries/{deliveryId}', `/v1/webhooks/${webhook}/deliveries/${delivery}`),
    read('/v1/api-keys'),
    read('/v1/credits'),
    read('/v1/credits/entries'),
    // Once more: whether the balance is still that of the newest entries.
    {
      ...read('/v1/credits/entries (more than a page)', '/v1/credits/entries?limit=1'),
      callLimit: CALL_LIMITS.read + 1,
    },
    submit('/v1/images', newImage),
    submit('/v1/images?models={model}', newImage),
    submit('/v1/images?models={model}&dataset={dataset}', newImage),
    submit(
      '/v1/images?models={model} (the same bytes again)',
      async () => ({ bytes: again }),
      `/v1/images?models=${model}`,
    ),
    submit('/v1/uploads', async () => ({ json: { ...SENT, dataset, models: [model] } })),
    // Of another confidence each time: nothing is known.
    submit('/v1/batches', async () => ({
      json: { images: [image], models: [model], options: newOptions() },
    })),
    // Once more: which of the dataset's images are still there.
    {
      ...submit(
        '/v1/batches (a dataset)',
        async () => ({ json: { dataset, models: [model], options: newOptions() } }),
        '/v1/batches',
      ),
      callLimit: CALL_LIMITS.submit + 1,
    },
  ];
}

const waitForBatch = (call: ApiClient, id: string) =>
  pollUntil(
    () => call(`GET /v1/batches/${id}`),
    ({ body }) => body.status === 'finished',
  );

const newOptions = () => ({ confidence: 0.2 + Math.random() / 10 });

const SENT = { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 1000 };

export async function prepareThings(call: ApiClient, model: string) {
  const again = await makeImage(randomInt(2 ** 24));
  const { body } = await call(`POST /v1/images?models=${model}&wait=20`, {
    bytes: again,
    headers: { 'content-type': 'image/jpeg' },
  });
  const image: string = body.image.id;
  const job: string = body.jobs[0].id;
  // Drawn once; after that it is a read.
  await call(`GET /v1/jobs/${job}/overlay.png`);
  await call(`GET /v1/images/${image}/thumbnail.webp`);
  const { body: dataset } = await call('POST /v1/datasets', { json: { name: `d ${randomUUID()}` } });
  await call(`PUT /v1/datasets/${dataset.id}/images/${image}`);
  const { body: batch } = await call('POST /v1/batches', { json: { images: [image], models: [model] } });
  await waitForBatch(call, batch.id);
  const { body: upload } = await call('POST /v1/uploads', { json: SENT });
  const { body: webhook } = await call('POST /v1/webhooks', {
    json: { url: 'http://127.0.0.1:9/', events: ['credits.low'] },
  });
  const { body: known } = await call(`GET /v1/models/${model}`);
  const { body: delivery } = await call(`POST /v1/webhooks/${webhook.id}/test`);
  return {
    image,
    job,
    again,
    sha256: body.image.sha256 as string,
    ...(await prepareVideo(call, model)),
    dataset: dataset.id as string,
    batch: batch.id as string,
    upload: upload.id as string,
    version: known.versions[0].version as string,
    webhook: webhook.id as string,
    delivery: delivery.id as string,
  };
}
