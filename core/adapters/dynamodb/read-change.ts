import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { z } from 'zod';
import { AnalysisOptions } from '../../contracts/analysis-options.ts';
import { JobBody, JobStatus } from '../../contracts/http/jobs.ts';
import type { JobChange } from '../../domain/announce-changes.ts';
import type { Job } from '../../domain/job.ts';

/** A record of the table's stream, as far as it is read. */
export interface StreamRecord {
  readonly dynamodb?: { readonly NewImage?: StreamImage; readonly OldImage?: StreamImage } | undefined;
}

type StreamImage = Record<string, unknown> | undefined;

const StoredJob = z.object({
  id: z.string(),
  userId: z.string(),
  imageId: z.string(),
  model: z.object({ id: z.string(), version: z.string() }),
  options: AnalysisOptions,
  status: JobStatus,
  error: JobBody.shape.error.unwrap().exactOptional(),
  summary: JobBody.shape.summary.unwrap().exactOptional(),
  createdAt: z.string(),
  startedAt: z.string().exactOptional(),
  finishedAt: z.string().exactOptional(),
  attempts: z.number(),
});

/**
 * The change of a job that a stream record tells of.
 * @returns undefined for a record of anything else, or of a deletion.
 * @throws where a job's record has not the form it must have.
 */
export function readJobChange({ dynamodb }: StreamRecord): JobChange | undefined {
  const after = readJob(dynamodb?.NewImage);
  return after === undefined ? undefined : { before: readJob(dynamodb?.OldImage), after };
}

function readJob(image: StreamImage): Job | undefined {
  if (image === undefined) return undefined;
  const item = unmarshall(image as Record<string, AttributeValue>);
  // ElectroDB's own mark of the entity.
  return item.__edb_e__ === 'job' ? StoredJob.parse(item) : undefined;
}
