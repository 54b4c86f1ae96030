import { fileURLToPath } from 'node:url';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { createModelTrial } from '../../core/adapters/onnx/try-model.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  BucketEnvironment,
  ModelCheckEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape).extend(ModelCheckEnvironment.shape),
  process.env,
);
const table = composeTable(environment);
const objects = composeObjects(environment);

export const handler = createHandler(
  {
    models: createModelRecords(table),
    arrived: {
      read: ({ key, version }) => objects.get(key, version),
      remove: ({ key, version }) => objects.remove(key, version),
    },
    objects,
    tryModel: createModelTrial({
      program: fileURLToPath(new URL('./trial.mjs', import.meta.url)),
      timeoutSeconds: environment.MODEL_TRIAL_SECONDS,
      memoryMb: environment.MODEL_TRIAL_MB,
      // Where the runtime keeps its libraries; the credentials stay here.
      environment: { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH },
    }),
    maxReceives: environment.MODEL_CHECK_MAX_RECEIVES,
  },
  createTelemetry('check-model'),
);
