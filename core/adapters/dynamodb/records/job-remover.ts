import type { PurgeMediaPorts } from '../../../domain/cleanup/purge-media.ts';
import { isFinished } from '../../../domain/entities/job.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { createJobRecords } from './job-records.ts';
import { createVideoSegmentRemover } from './video-segments.ts';
import { type CancelerOptions, createJobCanceler } from './worker-jobs.ts';

/** Takes jobs out of the table with their results. */
export function createJobRemover(table: SegmentryTable, options: CancelerOptions): PurgeMediaPorts['jobs'] {
  const jobs = createJobRecords(table);
  const cancel = createJobCanceler(table, options);

  return {
    listOfMedia: jobs.listOfMedia,

    /**
     * A job that still goes on is canceled first, so that its batch and its user's open jobs are counted right, and
     * that it costs nothing where nobody has begun it.
     */
    async remove(jobId: string): Promise<void> {
      const job = await jobs.find(jobId);
      if (job === undefined) return;
      if (!isFinished(job.status) && !(await cancel(job))) return this.remove(jobId);
      if (job.video !== undefined) await createVideoSegmentRemover(table)(jobId);
      await table.entities.result.delete({ jobId }).go();
      await table.entities.job.delete({ id: jobId }).go();
    },
  };
}
