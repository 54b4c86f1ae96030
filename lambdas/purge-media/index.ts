import { createDatasetItemRecords } from '../../core/adapters/dynamodb/records/dataset-item-records.ts';
import { createDeliveryRemover } from '../../core/adapters/dynamodb/records/delivery-records.ts';
import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createJobRemover } from '../../core/adapters/dynamodb/records/job-remover.ts';
import { createResultCache } from '../../core/adapters/dynamodb/records/result-cache.ts';
import { createVideoSegmentRemover } from '../../core/adapters/dynamodb/records/video-segments.ts';
import { now } from '../../core/composition/clock.ts';
import { composeCredits } from '../../core/composition/credits.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  BucketEnvironment,
  CreditTermsEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape).extend(CreditTermsEnvironment.shape),
  process.env,
);
const table = composeTable(environment);

export const handler = createHandler(
  {
    images: createImageRecords(table),
    jobs: createJobRemover(table, { now, credits: composeCredits(table, environment) }),
    resultCache: createResultCache(table),
    datasetItems: createDatasetItemRecords(table, now),
    removeDeliveries: createDeliveryRemover(table),
    removeSegments: createVideoSegmentRemover(table),
    objects: composeObjects(environment),
  },
  createTelemetry('purge-media'),
);
