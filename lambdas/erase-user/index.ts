import { createUserErasure } from '../../core/adapters/dynamodb/records/user-erasure.ts';
import { createUserRecords } from '../../core/adapters/dynamodb/records/user-records.ts';
import { now } from '../../core/composition/clock.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
import { BucketEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.extend(BucketEnvironment.shape), process.env);

const table = composeTable(environment);
const users = createUserRecords(table, now);

export const handler = createHandler(
  {
    userData: createUserErasure(table),
    userExists: async (userId) => (await users.find(userId)) !== undefined,
    objects: composeObjects(environment),
  },
  createTelemetry('erase-user'),
);
