import type { IdempotencyRecords } from '../../core/domain/entities/idempotency.ts';
import { honourIdempotencyKey } from '../../core/runtime/honour-idempotency-key.ts';
import { createHttpApp, type HttpAppOptions } from '../../core/runtime/http-app.ts';
import { httpHandler } from '../../core/runtime/http-handler.ts';
import { limitRequests, type RequestLimits } from '../../core/runtime/limit-requests.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';
import { type AccountRoutePorts, serveAccounts } from './routes/accounts.ts';
import { type AdministrationRoutePorts, serveAdministration } from './routes/administration.ts';
import { type BatchRoutePorts, serveBatches } from './routes/batches.ts';
import { type CreditRoutePorts, serveCredits } from './routes/credits.ts';
import { type DatasetRoutePorts, serveDatasets } from './routes/datasets.ts';
import { type ImageRoutePorts, serveImages } from './routes/images.ts';
import { type JobRoutePorts, serveJobs } from './routes/jobs.ts';
import { type ModelRoutePorts, serveModels } from './routes/models.ts';
import { type ServiceRoutePorts, serveService } from './routes/service.ts';
import { serveUploads, type UploadRoutePorts } from './routes/uploads.ts';
import { serveVideos, type VideoRoutePorts } from './routes/videos.ts';
import { serveWebhooks, type WebhookRoutePorts } from './routes/webhooks.ts';

export type ApiPorts = AccountRoutePorts &
  AdministrationRoutePorts &
  ServiceRoutePorts &
  ImageRoutePorts &
  JobRoutePorts &
  UploadRoutePorts &
  ModelRoutePorts &
  VideoRoutePorts &
  DatasetRoutePorts &
  BatchRoutePorts &
  CreditRoutePorts &
  WebhookRoutePorts &
  RequestLimits &
  Pick<HttpAppOptions, 'authenticate' | 'corsOrigins'> & { readonly idempotency: IdempotencyRecords };

/** The HTTP API, but for the routes that need sharp. */
export function createApi(ports: ApiPorts, telemetry: Telemetry) {
  const app = createHttpApp({ ...telemetry, ...ports });
  app.use(limitRequests(ports));
  app.use(honourIdempotencyKey(ports.idempotency));
  serveAccounts(app, ports);
  serveAdministration(app, ports);
  serveImages(app, ports);
  serveVideos(app, ports);
  serveUploads(app, ports);
  serveJobs(app, ports);
  serveModels(app, ports);
  serveDatasets(app, ports);
  serveBatches(app, ports);
  serveWebhooks(app, ports);
  serveCredits(app, ports);
  serveService(app, ports);
  return app;
}

export const createHandler = (ports: ApiPorts, telemetry: Telemetry) =>
  httpHandler(createApi(ports, telemetry), telemetry);
