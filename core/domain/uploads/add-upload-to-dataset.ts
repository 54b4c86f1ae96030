import type { DatasetItemType } from '../../contracts/http/datasets.ts';
import type { DatasetMember } from '../datasets/manage-datasets.ts';
import { type DatasetItemRepository, DatasetNotFoundError } from '../entities/dataset.ts';

export interface AddToDatasetPorts {
  readonly datasetItems: Pick<DatasetItemRepository, 'add'>;
  readonly now: () => Date;
}

/**
 * Puts what an upload brought into the dataset that was named. A dataset that was deleted while it was on its
 * way just does not get it.
 */
export async function addToDataset(
  datasetId: string,
  { type, thing }: { readonly type: DatasetItemType; readonly thing: DatasetMember },
  { datasetItems, now }: AddToDatasetPorts,
): Promise<void> {
  try {
    await datasetItems.add({
      datasetId,
      userId: thing.userId,
      type,
      itemId: thing.id,
      cost: thing.cost ?? 0,
      addedAt: now().toISOString(),
    });
  } catch (error) {
    if (!(error instanceof DatasetNotFoundError)) throw error;
  }
}
