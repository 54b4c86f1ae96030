import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import type { BatchRepository } from '../entities/batch.ts';
import type { Principal } from '../entities/principal.ts';
import type { BatchProgress } from './control-batch.ts';

export interface ListBatchesPorts {
  readonly batches: Pick<BatchRepository, 'list' | 'counts'>;
}

/** One's own batches, newest first. Those that have ended know their counts; those under way are counted now. */
export async function listBatches(
  page: PageRequest,
  { userId }: Principal,
  { batches }: ListBatchesPorts,
): Promise<Page<BatchProgress>> {
  const { items, next } = await batches.list(userId, page);
  const progress = items.map(async ({ batch, finalCounts }) => ({
    batch,
    counts: finalCounts ?? (await batches.counts(batch.id)),
  }));
  return { items: await Promise.all(progress), next };
}
