import type { Change } from '../../../domain/events/announce-changes.ts';
import { inSeconds } from '../entities/outbox-attributes.ts';
import { type NamedPart, writeNamedTransaction } from '../table/named-transaction.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';

/** Records that are settled in one call. */
const RECORDS_PER_CALL = 25;

/** Keeps in mind which announcements have been made. */
export const createOutbox = (table: SegmentryTable) => ({
  /** Takes records out of what the reconciler looks at, each unless its state has changed again. */
  async settle(changes: readonly Change[]): Promise<void> {
    // A transaction names each record once; of two of its states the latter can only be the one that it has.
    const latest = [...new Map(changes.map((change) => [nameOf(change), change])).values()];
    for (let start = 0; start < latest.length; start += RECORDS_PER_CALL) {
      await settleTogether(table, latest.slice(start, start + RECORDS_PER_CALL));
    }
  },
});

/** One whose state has changed again keeps the others from being written: they are written without it. */
async function settleTogether(table: SegmentryTable, changes: readonly Change[]): Promise<void> {
  let left = changes;
  while (left.length > 0) {
    const settling = left;
    const unmet = await writeNamedTransaction(table, (entities) =>
      settling.map((change): NamedPart => [nameOf(change), settledPart(entities, change)]),
    );
    if (unmet.size === 0) return;
    left = settling.filter((change) => !unmet.has(nameOf(change)));
  }
}

const nameOf = ({ entity, after }: Change) => `${entity} ${'id' in after ? after.id : after.userId}`;

function settledPart(entities: TransactionEntities, change: Change) {
  const { job, batch, upload, webhook, creditAccount } = entities;
  const done = { announcement: 'done', reconcileAt: inSeconds(0), reconcileShard: 0 } as const;
  if (change.entity === 'creditAccount') {
    const { userId, status } = change.after;
    return creditAccount.patch({ userId }).set(done).composite({ status }).commit();
  }
  const { id, userId } = change.after;
  switch (change.entity) {
    case 'job':
      return job.patch({ id }).set(done).composite({ status: change.after.status }).commit();
    case 'batch':
      return batch.patch({ id }).set(done).composite({ status: change.after.status }).commit();
    case 'upload':
      return upload.patch({ id }).set(done).composite({ status: change.after.status }).commit();
    case 'webhook':
      return webhook.patch({ id, userId }).set(done).composite({ status: change.after.status }).commit();
  }
}
