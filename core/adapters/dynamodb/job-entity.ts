import { CustomAttributeType, Entity } from 'electrodb';
import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import { JobStatus } from '../../contracts/http/jobs.ts';
import type { ClassSummary } from '../../contracts/result-document.ts';

export const jobEntity = new Entity({
  model: { service: 'segmentry', entity: 'job', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    imageId: { type: 'string', required: true },
    model: {
      type: 'map',
      required: true,
      properties: { id: { type: 'string', required: true }, version: { type: 'string', required: true } },
    },
    options: { type: CustomAttributeType<AnalysisOptions>('any'), required: true },
    status: { type: JobStatus.options, required: true },
    error: {
      type: 'map',
      properties: { code: { type: 'string', required: true }, detail: { type: 'string', required: true } },
    },
    summary: { type: CustomAttributeType<ClassSummary[]>('any') },
    createdAt: { type: 'string', required: true },
    startedAt: { type: 'string' },
    finishedAt: { type: 'string' },
    attempts: { type: 'number', required: true },
    /** Epoch milliseconds until which the worker of the latest attempt holds the job. */
    leaseUntil: { type: 'number' },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
    byUser: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['userId'] },
      sk: { field: 'gsi1sk', composite: ['createdAt', 'id'] },
    },
    byImage: {
      index: 'gsi2',
      pk: { field: 'gsi2pk', composite: ['imageId'] },
      sk: { field: 'gsi2sk', composite: ['createdAt', 'id'] },
    },
  },
});

/** A job's result document: inline as JSON, or the key of the object that holds it. */
export const resultEntity = new Entity({
  model: { service: 'segmentry', entity: 'result', version: '1' },
  attributes: {
    jobId: { type: 'string', required: true },
    document: { type: 'string' },
    key: { type: 'string' },
  },
  indexes: {
    byJob: { pk: { field: 'pk', composite: ['jobId'] }, sk: { field: 'sk', composite: [] } },
  },
});
