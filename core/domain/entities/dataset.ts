import type { DatasetItemType } from '../../contracts/http/datasets.ts';
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

/** What of a name must be unique: how it is written does not make it another. */
export const nameKeyOf = (name: string) => name.normalize('NFKC').toLowerCase();

export class DatasetNotFoundError extends DomainError {
  readonly code = 'dataset_not_found';
  readonly kind = 'not_found';

  constructor(datasetId: string) {
    super(`There is no dataset ${datasetId}. Create one with POST /v1/datasets.`);
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
