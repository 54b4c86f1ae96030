import type { DatasetItemType } from '../../contracts/http/datasets.ts';
import type { Collectable, DatasetPorts } from '../datasets/manage-datasets.ts';
import { DatasetNotFoundError } from '../entities/dataset.ts';

export interface CollectPorts {
  readonly datasetItems: Pick<DatasetPorts['datasetItems'], 'add'>;
  readonly now: () => Date;
}

/**
 * Puts what an upload brought into the dataset that was named. A dataset that was deleted while it was on its
 * way just does not get it.
 */
export async function collect(
  datasetId: string,
  { type, thing }: { readonly type: DatasetItemType; readonly thing: Collectable },
  { datasetItems, now }: CollectPorts,
): Promise<void> {
  try {
    await datasetItems.add({
      ...{ datasetId, userId: thing.userId, type, itemId: thing.id },
      ...{ cost: thing.cost ?? 0, addedAt: now().toISOString() },
    });
  } catch (error) {
    if (!(error instanceof DatasetNotFoundError)) throw error;
  }
}
