import type { ChangeDatasetBody, CreateDatasetBody, DatasetItemType } from '../../contracts/http/datasets.ts';
import {
  type Dataset,
  type DatasetItem,
  type DatasetItemRepository,
  DatasetNotFoundError,
  type DatasetRepository,
  NotInDatasetError,
} from '../entities/dataset.ts';
import { newId } from '../entities/ids.ts';
import { type Owned, type Principal, requireOwned } from '../entities/principal.ts';
import type { RequestContext } from '../request/authenticate.ts';

export interface DatasetPorts {
  readonly datasets: Pick<DatasetRepository, 'find' | 'findByName' | 'create' | 'change' | 'remove'>;
  readonly datasetItems: Pick<DatasetItemRepository, 'add' | 'remove'>;
  readonly now: () => Date;
}

const distinct = (tags: readonly string[]) => [...new Set(tags)];

/** @throws DatasetNameTakenError */
export async function createDataset(
  { name, tags }: CreateDatasetBody,
  { userId }: Principal,
  { datasets, now }: DatasetPorts,
): Promise<Dataset> {
  const at = now().toISOString();
  const counts = { imageCount: 0, videoCount: 0, cost: 0 };
  const dataset = {
    id: newId('ds'),
    userId,
    name,
    tags: distinct(tags),
    ...counts,
    createdAt: at,
    modifiedAt: at,
  };
  await datasets.create(dataset);
  return dataset;
}

/** One's own, by its id, for which it was prefetched, or by its name. @throws DatasetNotFoundError */
export async function resolveDataset(
  reference: string,
  { principal, prefetched }: RequestContext<'dataset'>,
  { datasets }: { datasets: Pick<DatasetRepository, 'findByName'> },
): Promise<Dataset> {
  const dataset = prefetched.dataset ?? (await datasets.findByName(principal.userId, reference));
  return requireOwned(dataset, principal, () => new DatasetNotFoundError(reference));
}

/** The same where nothing was prefetched. @throws DatasetNotFoundError */
export async function findDataset(
  reference: string,
  principal: Principal,
  ports: { datasets: Pick<DatasetRepository, 'find' | 'findByName'> },
): Promise<Dataset> {
  const dataset = await ports.datasets.find(reference);
  return resolveDataset(reference, { principal, prefetched: { dataset } }, ports);
}

/** @throws DatasetNotFoundError, DatasetNameTakenError */
export async function changeDataset(
  reference: string,
  { name, tags }: ChangeDatasetBody,
  principal: Principal,
  ports: DatasetPorts,
): Promise<Dataset> {
  const before = await findDataset(reference, principal, ports);
  return ports.datasets.change(before, {
    name: name ?? before.name,
    tags: distinct(tags ?? before.tags),
    modifiedAt: ports.now().toISOString(),
  });
}

/** @throws DatasetNotFoundError */
export async function deleteDataset(
  reference: string,
  principal: Principal,
  ports: DatasetPorts,
): Promise<void> {
  await ports.datasets.remove(await findDataset(reference, principal, ports));
}

/** Something that may be put into a dataset. */
export interface DatasetMember extends Owned {
  readonly id: string;
  /** Credits that it was charged; absent where it cost nothing. */
  readonly cost?: number;
}

/** @throws DatasetNotFoundError */
export async function addToDataset(
  reference: string,
  { type, thing }: { type: DatasetItemType; thing: DatasetMember },
  principal: Principal,
  ports: DatasetPorts,
): Promise<void> {
  const { id, userId } = await findDataset(reference, principal, ports);
  const addedAt = ports.now().toISOString();
  await ports.datasetItems.add({
    datasetId: id,
    userId,
    type,
    itemId: thing.id,
    cost: thing.cost ?? 0,
    addedAt,
  });
}

/** @throws DatasetNotFoundError, NotInDatasetError */
export async function removeFromDataset(
  reference: string,
  { type, itemId }: Pick<DatasetItem, 'type' | 'itemId'>,
  principal: Principal,
  ports: DatasetPorts,
): Promise<void> {
  const { id } = await findDataset(reference, principal, ports);
  if (!(await ports.datasetItems.remove({ datasetId: id, type, itemId }))) {
    throw new NotInDatasetError(type, itemId);
  }
}
