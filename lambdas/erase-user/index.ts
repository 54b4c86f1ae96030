import { createUserErasure } from '../../core/adapters/dynamodb/records/user-erasure.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
import { BucketEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.extend(BucketEnvironment.shape), process.env);

export const handler = createHandler(
  {
    userData: createUserErasure(composeTable(environment)),
    objects: composeObjects(environment),
  },
  createTelemetry('erase-user'),
);
