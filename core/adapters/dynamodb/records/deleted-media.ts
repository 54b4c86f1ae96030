import type { NamedPart } from '../table/named-transaction.ts';
import type { TransactionEntities } from '../table/segmentry-table.ts';

/** As long as the record of an upload stays: no message of it is kept longer. */
const KEPT_SECONDS = 30 * 24 * 3600;

/** Remembers that an image or a video is deleted, in the transaction that deletes it. */
export const deletedMediaPart = ({ deletedMedia }: TransactionEntities, id: string) =>
  deletedMedia.put({ id, ttl: Math.floor(Date.now() / 1000) + KEPT_SECONDS }).commit();

/** What was deleted meanwhile is not recorded anew: the name is among the unmet where that is so. */
export const undeletedPart = ({ deletedMedia }: TransactionEntities, id: string): NamedPart => [
  'undeleted',
  deletedMedia
    .check({ id })
    .where(({ id: known }, { notExists }) => notExists(known))
    .commit(),
];
