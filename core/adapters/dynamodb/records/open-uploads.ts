import type { Upload } from '../../../domain/entities/upload.ts';
import type { NamedPart } from '../table/named-transaction.ts';
import type { TransactionEntities } from '../table/segmentry-table.ts';

const HOUR_SECONDS = 3600;

type Counted = Pick<Upload, 'userId' | 'expiresAt'>;

/** Uploads are counted by the hour in which their form expires: what nobody ever sends counts no longer than that. */
function change({ openUploadCount }: TransactionEntities, { userId, expiresAt }: Counted, by: 1 | -1) {
  const hour = Math.floor(Date.parse(expiresAt) / 1000 / HOUR_SECONDS);
  return openUploadCount.upsert({ userId, hour, ttl: (hour + 2) * HOUR_SECONDS }).add({ openUploads: by });
}

/** Counts an upload in, on the condition that there is room. */
export const openUploadPart = (entities: TransactionEntities, upload: Counted, limit: number): NamedPart => [
  'openUploads',
  change(entities, upload, 1)
    .where(({ openUploads }, { lt, notExists }) => `${notExists(openUploads)} OR ${lt(openUploads, limit)}`)
    .commit(),
];

/** Counts an upload out as it ends. */
export const endedUploadPart = (entities: TransactionEntities, upload: Counted): NamedPart => [
  'openUploads',
  change(entities, upload, -1).commit(),
];
