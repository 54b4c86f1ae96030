import type { DatasetItemType } from '../../contracts/http/datasets.ts';
import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import { DomainError } from './errors.ts';

/** A named, tagged set of images and videos. */
export interface Dataset {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly imageCount: number;
  readonly videoCount: number;
  /** Credits that what is in it has cost. */
  readonly cost: number;
  readonly createdAt: string;
  readonly modifiedAt: string;
}

/** Where datasets are kept, with the claims on their names. */
export interface DatasetRepository {
  find(datasetId: string): Promise<Dataset | undefined>;
  /** However the name is written. */
  findByName(userId: string, name: string): Promise<Dataset | undefined>;
  /** All of a user's datasets; there are few. */
  listAll(userId: string): Promise<Dataset[]>;
  listOfUser(userId: string, page: PageRequest): Promise<Page<Dataset>>;
  /** @throws DatasetNameTakenError */
  create(dataset: Dataset): Promise<void>;
  /** @throws DatasetNameTakenError, DatasetNotFoundError where it was deleted or renamed meanwhile */
  change(before: Dataset, changes: DatasetChanges): Promise<Dataset>;
  /** Deletes it with its list of items. */
  remove(dataset: Dataset): Promise<void>;
}

export interface DatasetChanges {
  readonly name: string;
  readonly tags: readonly string[];
  readonly modifiedAt: string;
}

/** An image or a video in a dataset. */
export interface DatasetItem {
  readonly datasetId: string;
  readonly userId: string;
  readonly type: DatasetItemType;
  readonly itemId: string;
  /** Credits that it has cost. */
  readonly cost: number;
  readonly addedAt: string;
}

/** Where it is kept what is in which dataset. */
export interface DatasetItemRepository {
  /**
   * Puts an item in and counts it, once.
   * @throws DatasetNotFoundError where the dataset was deleted meanwhile.
   */
  add(item: DatasetItem): Promise<void>;
  /** @returns false where it was not in. */
  remove(item: DatasetItemKey): Promise<boolean>;
  /** Latest added first. */
  list(datasetId: string, page: PageRequest): Promise<Page<DatasetItem>>;
  /** All of them, in no order that means anything. */
  all(datasetId: string): Promise<DatasetItem[]>;
  /** Takes an image or a video that is being deleted out of every dataset. */
  removeFromAll(itemId: string): Promise<void>;
}

export type DatasetItemKey = Pick<DatasetItem, 'datasetId' | 'type' | 'itemId'>;

/** What of a name must be unique: how it is written does not make it another. */
export const nameKeyOf = (name: string) => name.normalize('NFKC').toLowerCase();

export class DatasetNotFoundError extends DomainError {
  readonly code = 'dataset_not_found';
  readonly kind = 'not_found';

  /** @param reference its id, or the name that it was asked for by. */
  constructor(reference: string) {
    super(`There is no dataset "${reference}". GET /v1/datasets lists yours; POST /v1/datasets creates one.`);
  }
}

export class DatasetNameTakenError extends DomainError {
  readonly code = 'dataset_name_taken';
  readonly kind = 'conflict';

  constructor(name: string) {
    super(`You already have a dataset named "${name}". Choose another name.`);
  }
}

export class NotInDatasetError extends DomainError {
  readonly code = 'not_in_dataset';
  readonly kind = 'not_found';

  constructor(type: DatasetItemType, itemId: string) {
    super(`The ${type} ${itemId} is not in this dataset. GET /v1/datasets/{id}/items lists its contents.`);
  }
}
