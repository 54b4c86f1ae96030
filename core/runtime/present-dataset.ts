import type { DatasetBody, DatasetItemBody } from '../contracts/http/datasets.ts';
import type { Dataset, DatasetItem } from '../domain/entities/dataset.ts';

/** What clients see of a dataset. */
export function presentDataset(dataset: Dataset): DatasetBody {
  const { id, name, tags, imageCount, videoCount, cost, createdAt, modifiedAt } = dataset;
  return { id, name, tags: [...tags], imageCount, videoCount, cost, createdAt, modifiedAt };
}

/** What clients see of an image or a video in a dataset. */
export function presentDatasetItem({ type, itemId, addedAt }: DatasetItem): DatasetItemBody {
  return { type, id: itemId, addedAt, links: { self: `/v1/${type}s/${itemId}` } };
}
