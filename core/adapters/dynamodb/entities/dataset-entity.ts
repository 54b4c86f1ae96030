import { CustomAttributeType } from 'electrodb';
import { DatasetItemType } from '../../../contracts/http/datasets.ts';
import { defineEntity } from './define-entity.ts';

export const datasetEntity = defineEntity({
  model: { service: 'segmentry', entity: 'dataset', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    name: { type: 'string', required: true },
    tags: { type: CustomAttributeType<string[]>('any'), required: true },
    imageCount: { type: 'number', required: true },
    videoCount: { type: 'number', required: true },
    cost: { type: 'number', required: true },
    createdAt: { type: 'string', required: true },
    modifiedAt: { type: 'string', required: true },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
    byUser: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['userId'] },
      sk: { field: 'gsi1sk', composite: ['createdAt', 'id'] },
    },
  },
});

/** Holds a name for one dataset of a user. */
export const datasetNameEntity = defineEntity({
  model: { service: 'segmentry', entity: 'datasetName', version: '1' },
  attributes: {
    userId: { type: 'string', required: true },
    nameKey: { type: 'string', required: true },
    datasetId: { type: 'string', required: true },
  },
  indexes: {
    byName: { pk: { field: 'pk', composite: ['userId', 'nameKey'] }, sk: { field: 'sk', composite: [] } },
  },
});

export const datasetItemEntity = defineEntity({
  model: { service: 'segmentry', entity: 'datasetItem', version: '1' },
  attributes: {
    datasetId: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    type: { type: DatasetItemType.options, required: true },
    itemId: { type: 'string', required: true },
    /** The same under the name that jobs have for it, so that one query finds both. */
    mediaId: {
      type: 'string',
      hidden: true,
      watch: ['itemId'],
      set: (_?: string, item?: { itemId?: string }) => item?.itemId,
    },
    cost: { type: 'number', required: true },
    addedAt: { type: 'string', required: true },
  },
  indexes: {
    byDataset: {
      pk: { field: 'pk', composite: ['datasetId'] },
      sk: { field: 'sk', composite: ['type', 'itemId'] },
    },
    byAddition: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['datasetId'] },
      sk: { field: 'gsi1sk', composite: ['addedAt', 'itemId'] },
    },
    byItem: {
      index: 'gsi2',
      collection: 'attachments',
      pk: { field: 'gsi2pk', composite: ['mediaId'] },
      sk: { field: 'gsi2sk', composite: ['datasetId'] },
    },
  },
});
