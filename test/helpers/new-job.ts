import { randomUUID } from 'node:crypto';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { newId } from '../../core/domain/entities/ids.ts';
import type { Job } from '../../core/domain/entities/job.ts';

/** A job for the table alone: no message tells a worker of it, so it stays as it is. */
export const newJob = (userId: string, changes: Partial<Job> = {}): Job => ({
  id: newId('job'),
  userId,
  mediaId: randomUUID(),
  model: { id: 'none', version: '1' },
  options: AnalysisOptions.parse({}),
  status: 'queued',
  createdAt: new Date().toISOString(),
  attempts: 0,
  ...changes,
});
