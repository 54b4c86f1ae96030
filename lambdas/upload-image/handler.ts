import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { uploadImageRoute } from '../../core/contracts/http/images.ts';
import type { IdempotencyRecords } from '../../core/domain/entities/idempotency.ts';
import { isFinished, jobLinks } from '../../core/domain/entities/job.ts';
import { type WaitForJobsPorts, waitForJobs } from '../../core/domain/jobs/wait-for-jobs.ts';
import { type UploadImagePorts, uploadImage } from '../../core/domain/media/upload-image.ts';
import { honourIdempotencyKey } from '../../core/runtime/honour-idempotency-key.ts';
import { createHttpApp, type HttpAppOptions } from '../../core/runtime/http-app.ts';
import { httpHandler } from '../../core/runtime/http-handler.ts';
import { isImageBody } from '../../core/runtime/image-body.ts';
import { limitRequests, type RequestLimits } from '../../core/runtime/limit-requests.ts';
import { prefetching } from '../../core/runtime/prefetch.ts';
import { presentJob, presentUploadedImage } from '../../core/runtime/present.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';
import { readImage } from './read-image.ts';

type Ports = UploadImagePorts &
  WaitForJobsPorts &
  RequestLimits &
  Pick<HttpAppOptions, 'authenticate' | 'corsOrigins'> & {
    readonly idempotency: IdempotencyRecords;
  };

/** `POST /v1/images`: the image comes in the request. */
export function createHandler(ports: Ports, telemetry: Telemetry) {
  const app = createHttpApp({ ...telemetry, ...ports });
  app.use(limitRequests(ports));
  app.use(honourIdempotencyKey(ports.idempotency));
  // The body is read by its bytes, so the schema of the document is not what checks it.
  const { body: _, ...checked } = uploadImageRoute.request;
  const route = prefetching({ ...uploadImageRoute, request: checked }, async ({ query, contentHash }) => ({
    openJobs: query.models !== undefined,
    dataset: query.dataset,
    content: await contentHash(),
    credits: true,
  }));
  app.openapi(route, async (context) => {
    const { models = [], wait, options, ...request } = context.req.valid('query');
    const {
      image,
      jobs: queued,
      datasets,
    } = await uploadImage(
      {
        ...(await readImage(context)),
        ...request,
        models,
        options: options ?? AnalysisOptions.parse({}),
        isContentPrefetched: isImageBody(context.req.header('content-type')),
      },
      context.var,
      ports,
    );
    const jobs = await waitForJobs(queued, wait, ports);
    const [first] = jobs;
    context.header('location', first === undefined ? `/v1/images/${image.id}` : jobLinks(first).self);
    const body = { image: presentUploadedImage(image, datasets), jobs: jobs.map(presentJob) };
    if (wait > 0 && jobs.every(({ status }) => isFinished(status))) return context.json(body, 200);
    context.header('retry-after', '1');
    return context.json(body, 202);
  });
  return httpHandler(app, telemetry);
}
