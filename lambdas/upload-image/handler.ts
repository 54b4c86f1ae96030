import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { uploadImageRoute } from '../../core/contracts/http/images.ts';
import type { IdempotencyRecords } from '../../core/domain/idempotency.ts';
import { isFinished, jobLinks } from '../../core/domain/job.ts';
import { type UploadImagePorts, uploadImage } from '../../core/domain/upload-image.ts';
import { type WaitForJobsPorts, waitForJobs } from '../../core/domain/wait-for-jobs.ts';
import { honourIdempotencyKey } from '../../core/runtime/honour-idempotency-key.ts';
import { createHttpApp, type HttpAppOptions } from '../../core/runtime/http-app.ts';
import { httpHandler } from '../../core/runtime/http-handler.ts';
import { limitRequests, type RequestLimits } from '../../core/runtime/limit-requests.ts';
import { presentImage } from '../../core/runtime/present.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';
import { readPicture } from './read-picture.ts';

type Ports = UploadImagePorts &
  WaitForJobsPorts &
  RequestLimits &
  Pick<HttpAppOptions, 'authenticate'> & {
    readonly idempotency: IdempotencyRecords;
    readonly datasetItems: { datasetsOf(itemId: string): Promise<string[]> };
  };

/** `POST /v1/images`: the picture comes in the request. */
export function createHandler(ports: Ports, telemetry: Telemetry) {
  const app = createHttpApp({ ...telemetry, ...ports });
  app.use(limitRequests(ports));
  app.use(honourIdempotencyKey(ports.idempotency));
  // The body is read by its bytes, so the schema of the document is not what checks it.
  const { body: _, ...checked } = uploadImageRoute.request;
  app.openapi({ ...uploadImageRoute, request: checked }, async (context) => {
    const { models = [], wait, options, ...request } = context.req.valid('query');
    const {
      image,
      jobs: queued,
      isNew,
    } = await uploadImage(
      { ...(await readPicture(context)), ...request, models, options: options ?? AnalysisOptions.parse({}) },
      context.get('principal'),
      ports,
    );
    const jobs = await waitForJobs(queued, wait, ports);
    const [first] = jobs;
    context.header('location', first === undefined ? `/v1/images/${image.id}` : jobLinks(first.id).self);
    const datasets = isNew ? namedIn(request) : await ports.datasetItems.datasetsOf(image.id);
    const shown = presentImage(image, { jobs, datasets });
    const body = { image: shown, jobs: shown.jobs };
    if (wait > 0 && jobs.every(({ status }) => isFinished(status))) return context.json(body, 200);
    context.header('retry-after', '1');
    return context.json(body, 202);
  });
  return httpHandler(app, telemetry);
}

/** A new image is in no other dataset. */
const namedIn = ({ dataset }: { dataset?: string | undefined }) => (dataset === undefined ? [] : [dataset]);
