import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createRequestCounts } from '../../core/adapters/dynamodb/records/request-counts.ts';
import { shrinkImage } from '../../core/adapters/sharp/shrink-image.ts';
import { composeAuthenticator } from '../../core/composition/authentication.ts';
import { now } from '../../core/composition/clock.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  AuthenticationEnvironment,
  BucketEnvironment,
  CorsEnvironment,
  QuotaEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(QuotaEnvironment.shape)
    .extend(CorsEnvironment.shape)
    .extend(AuthenticationEnvironment.shape),
  process.env,
);
const table = composeTable(environment);
const objects = composeObjects(environment);

export const handler = createHandler(
  {
    corsOrigins: environment.CORS_ORIGINS,
    requestsPerMinute: environment.REQUESTS_PER_MINUTE,
    requestCounts: createRequestCounts(table),
    authenticate: composeAuthenticator(table, environment),
    images: createImageRecords(table),
    objects,
    signedUrl: objects.signedUrl,
    shrink: shrinkImage,
    now,
  },
  createTelemetry('make-thumbnail'),
);
