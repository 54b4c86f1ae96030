import { CustomAttributeType } from 'electrodb';
import type { ClassSummary } from '../../../contracts/result-document.ts';
import { defineEntity } from './define-entity.ts';

/** An analysis of an image that has been made, by what decides its result. */
export const cachedResultEntity = defineEntity({
  model: { service: 'segmentry', entity: 'cachedResult', version: '1' },
  attributes: {
    imageId: { type: 'string', required: true },
    fingerprint: { type: 'string', required: true },
    jobId: { type: 'string', required: true },
    summary: { type: CustomAttributeType<ClassSummary[]>('any'), required: true },
  },
  indexes: {
    byImage: { pk: { field: 'pk', composite: ['imageId'] }, sk: { field: 'sk', composite: ['fingerprint'] } },
  },
});
