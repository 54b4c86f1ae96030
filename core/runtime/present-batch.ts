import type { BatchBody } from '../contracts/http/batches.ts';
import type { BatchProgress } from '../domain/batches/control-batch.ts';
import { batchLinks, batchStatus, totalCount } from '../domain/entities/batch.ts';
import { modelReference } from '../domain/entities/job.ts';

/** What clients see of a batch. */
export function presentBatch({ batch, counts }: BatchProgress): BatchBody {
  return {
    id: batch.id,
    status: batchStatus(batch, counts),
    counts,
    jobs: totalCount(counts),
    models: batch.models.map(modelReference),
    options: batch.options,
    ...(batch.dataset !== undefined && { dataset: batch.dataset }),
    ...(batch.upload !== undefined && { upload: batch.upload }),
    ...(batch.webhookId !== undefined && { webhook: batch.webhookId }),
    createdAt: batch.createdAt,
    links: batchLinks(batch.id),
  };
}
