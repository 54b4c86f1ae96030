import type { Change } from '../../../domain/events/announce-changes.ts';
import { inSeconds } from '../entities/outbox-attributes.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

/** Keeps in mind which announcements have been made. */
export function createOutbox({ entities: { job, batch, upload, webhook, creditAccount } }: SegmentryTable) {
  return {
    /** Takes a record out of what the reconciler looks at, unless its state has changed again. */
    async settle(change: Change): Promise<void> {
      await settled(change).catch(unlessConditionFailed);
    },
  };

  function settled(change: Change): Promise<unknown> {
    const done = { announcement: 'done', reconcileAt: inSeconds(0), reconcileShard: 0 } as const;
    if (change.entity === 'creditAccount') {
      const { userId, status } = change.after;
      return creditAccount.patch({ userId }).set(done).composite({ status }).go();
    }
    const { id, userId } = change.after;
    switch (change.entity) {
      case 'job':
        return job.patch({ id }).set(done).composite({ status: change.after.status }).go();
      case 'batch':
        return batch.patch({ id }).set(done).composite({ status: change.after.status }).go();
      case 'upload':
        return upload.patch({ id }).set(done).composite({ status: change.after.status }).go();
      case 'webhook':
        return webhook.patch({ id, userId }).set(done).composite({ status: change.after.status }).go();
    }
  }
}
