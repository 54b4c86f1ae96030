import { Entity } from 'electrodb';

export const imageEntity = new Entity({
  model: { service: 'segmentry', entity: 'image', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    sha256: { type: 'string', required: true },
    filename: { type: 'string', required: true },
    width: { type: 'number', required: true },
    height: { type: 'number', required: true },
    sizeBytes: { type: 'number', required: true },
    originalSizeBytes: { type: 'number', required: true },
    contentType: { type: 'string', required: true },
    uploadedAt: { type: 'string', required: true },
    modifiedAt: { type: 'string', required: true },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
    byUser: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['userId'] },
      sk: { field: 'gsi1sk', composite: ['uploadedAt', 'id'] },
    },
  },
});
