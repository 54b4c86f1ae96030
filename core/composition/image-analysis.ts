import type * as z from 'zod';
import { createImageRecords } from '../adapters/dynamodb/records/image-records.ts';
import { createWorkerJobs } from '../adapters/dynamodb/records/worker-jobs.ts';
import { createImageDecoder } from '../adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../adapters/sharp/encode-label-map.ts';
import type {
  AnalysisEnvironment,
  BucketEnvironment,
  CreditTermsEnvironment,
  ImageLimitEnvironment,
  ModelBudgetEnvironment,
  TableEnvironment,
} from '../contracts/environment.ts';
import type { AnalyzeImagePorts } from '../domain/analysis/analyze-image.ts';
import { inferImage } from '../domain/analysis/infer-image.ts';
import { resultKey } from '../domain/entities/job.ts';
import { now } from './clock.ts';
import { composeCredits } from './credits.ts';
import { composeModelSessions, type SessionsOptions } from './model-sessions.ts';
import { composeObjects } from './objects.ts';
import { composeTable } from './table.ts';

type Environment = z.output<typeof TableEnvironment> &
  z.output<typeof BucketEnvironment> &
  z.output<typeof ImageLimitEnvironment> &
  z.output<typeof CreditTermsEnvironment> &
  z.output<typeof AnalysisEnvironment> &
  z.output<typeof ModelBudgetEnvironment>;

interface WorkerOptions extends SessionsOptions {
  /** How long a video's job may go without another of its segments. */
  readonly videoLeaseSeconds?: number;
  readonly segmentQueue: AnalyzeImagePorts['segmentQueue'];
}

/** What a worker needs that analyses images, be it a function or a task. */
export function composeImageAnalysis(
  environment: Environment,
  { videoLeaseSeconds, segmentQueue, ...options }: WorkerOptions,
) {
  const table = composeTable(environment);
  const objects = composeObjects(environment);
  const decodeImage = createImageDecoder({ limitPixels: environment.IMAGE_LIMIT_PIXELS });
  const sessions = composeModelSessions(table, objects, environment, options);
  return {
    jobs: createWorkerJobs(table, {
      leaseSeconds: environment.ANALYSIS_LEASE_SECONDS,
      ...(videoLeaseSeconds !== undefined && { videoLeaseSeconds }),
      now,
      credits: composeCredits(table, environment),
      putLargeResult: async (jobId, json) => {
        const key = resultKey(jobId);
        await objects.put(key, json, 'application/json');
        return key;
      },
    }),
    segmentQueue,
    images: createImageRecords(table),
    objects,
    analyze: (job, image, bytes, signal) =>
      sessions.use(job.model, async (model) =>
        inferImage(
          { bytes: await bytes, image, options: job.options, signal },
          { decodeImage, encodeLabelMap, model },
        ),
      ),
    maxReceives: environment.ANALYSIS_MAX_RECEIVES,
  } satisfies AnalyzeImagePorts & { maxReceives: number };
}
