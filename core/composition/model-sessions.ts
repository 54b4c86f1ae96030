import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as z from 'zod';
import { createModelRecords } from '../adapters/dynamodb/records/model-records.ts';
import type { SegmentryTable } from '../adapters/dynamodb/table/segmentry-table.ts';
import { createWeightsCache } from '../adapters/files/weights-cache.ts';
import { type BatchOptions, prepareBatchModel } from '../adapters/onnx/batch-model.ts';
import { createSession, type SessionOptions } from '../adapters/onnx/create-session.ts';
import type { AnalysisEnvironment, ModelBudgetEnvironment } from '../contracts/environment.ts';
import { createModelSessions } from '../domain/analysis/model-sessions.ts';
import { type RegisteredModel, weightsKey } from '../domain/entities/model.ts';

const BYTES_PER_MB = 1024 * 1024;

type Environment = z.output<typeof ModelBudgetEnvironment> &
  Pick<z.output<typeof AnalysisEnvironment>, 'ANALYSIS_THREADS'>;

export interface SessionsOptions extends Pick<SessionOptions, 'provider'> {
  /** Of images in one run; one by one where absent. */
  readonly batch?: BatchOptions;
  /** Whether a model that is over the budget alone is refused. */
  readonly isStrict?: boolean;
}

const ONE_BY_ONE: BatchOptions = { size: 1, waitMs: 0, isPadded: false };

/** The models of a worker: weights on its disk, loaded ones in memory, each within its budget. */
export function composeModelSessions(
  table: SegmentryTable,
  objects: { get(key: string): Promise<Uint8Array> },
  environment: Environment,
  { batch = ONE_BY_ONE, isStrict = false, ...options }: SessionsOptions = {},
) {
  const weights = createWeightsCache({
    folder: join(tmpdir(), 'segmentry-models'),
    limitBytes: environment.MODEL_CACHE_MB * BYTES_PER_MB,
    fetch: (model: RegisteredModel) => objects.get(weightsKey(model)),
  });
  return createModelSessions({
    find: createModelRecords(table).find,
    readWeights: weights.read,
    load: (bytes, manifest) => {
      const open = () => createSession({ bytes }, { threads: environment.ANALYSIS_THREADS, ...options });
      return prepareBatchModel(open, manifest, batch);
    },
    isStrict,
    limitBytes: environment.MODEL_MEMORY_MB * BYTES_PER_MB,
  });
}
