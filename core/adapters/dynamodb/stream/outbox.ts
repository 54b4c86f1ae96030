import type { Change } from '../../../domain/events/announce-changes.ts';
import { inSeconds } from '../entities/outbox-attributes.ts';
import { type NamedPart, writeNamedTransaction } from '../table/named-transaction.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

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
  const [first, ...others] = changes;
  if (first !== undefined && others.length === 0) {
    await settleAlone(table, first);
    return;
  }
  let left = changes;
  while (left.length > 0) {
    const settling = left;
    const unmet = await writeNamedTransaction(table, (entities) =>
      settling.map((change): NamedPart => [nameOf(change), settlement(entities, change).commit()]),
    );
    if (unmet.size === 0) return;
    left = settling.filter((change) => !unmet.has(nameOf(change)));
  }
}

/** In a write of its own, which takes half the write units of a transaction. */
async function settleAlone({ entities }: SegmentryTable, change: Change): Promise<void> {
  // ElectroDB's entities are the same in a transaction and outside of one; only their types differ.
  const write = settlement(entities as unknown as TransactionEntities, change) as unknown as {
    go(): Promise<unknown>;
  };
  await write.go().catch(unlessConditionFailed);
}

const nameOf = ({ entity, after }: Change) => `${entity} ${'id' in after ? after.id : after.userId}`;

function settlement(entities: TransactionEntities, change: Change) {
  const { job, batch, upload, webhook, creditAccount } = entities;
  const done = { announcement: 'done', reconcileAt: inSeconds(0), reconcileShard: 0 } as const;
  if (change.entity === 'creditAccount') {
    const { userId, status } = change.after;
    return creditAccount.patch({ userId }).set(done).composite({ status });
  }
  const { id, userId } = change.after;
  switch (change.entity) {
    case 'job':
      return job.patch({ id }).set(done).composite({ status: change.after.status });
    case 'batch':
      return batch.patch({ id }).set(done).composite({ status: change.after.status });
    case 'upload':
      return upload.patch({ id }).set(done).composite({ status: change.after.status });
    case 'webhook':
      return webhook.patch({ id, userId }).set(done).composite({ status: change.after.status });
  }
}
