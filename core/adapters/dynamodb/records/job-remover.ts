import { isFinished } from '../../../domain/entities/job.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { createJobRecords } from './job-records.ts';
import { writeTransition } from './job-transitions.ts';
import { createVideoSegmentRemover } from './video-segments.ts';

/** Takes jobs out of the table with their results. */
export function createJobRemover(table: SegmentryTable, now: () => Date) {
  const jobs = createJobRecords(table);

  return {
    listOfMedia: jobs.listOfMedia,

    /** A job that still goes on is canceled first, so that its batch and its user's open jobs are counted right. */
    async remove(jobId: string): Promise<void> {
      const job = await jobs.find(jobId);
      if (job === undefined) return;
      if (!isFinished(job.status)) {
        const set = { finishedAt: now().toISOString() };
        const isCanceled = await writeTransition(table, { from: job, to: 'canceled', set });
        if (!isCanceled) return this.remove(jobId);
      }
      if (job.video !== undefined) await createVideoSegmentRemover(table)(jobId);
      await table.entities.result.delete({ jobId }).go();
      await table.entities.job.delete({ id: jobId }).go();
    },
  };
}
