import type { Change } from '../../domain/announce-changes.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { inSeconds } from './swept.ts';
import { unlessConditionFailed } from './transaction.ts';

/** Keeps in mind which announcements have been made. */
export function createOutbox({ entities }: SegmentryTable) {
  const done = () => ({ announcement: 'done', sweepAt: inSeconds(0) }) as const;

  return {
    /** Takes a record out of what the sweeper looks at, unless its state has changed again. */
    async settle(change: Change): Promise<void> {
      const { id } = change.after;
      const settled =
        change.entity === 'job'
          ? entities.job.patch({ id }).set(done()).composite({ status: change.after.status })
          : entities.upload.patch({ id }).set(done()).composite({ status: change.after.status });
      await settled.go().catch(unlessConditionFailed);
    },
  };
}
