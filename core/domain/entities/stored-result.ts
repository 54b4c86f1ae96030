import type { ResultDocument } from '../../contracts/result-document.ts';
import type { ObjectStore } from './objects.ts';

/** A stored result: inline, or past the inline limit an object of its own, of so many bytes where that is known. */
export type StoredResult =
  | { readonly document: ResultDocument }
  | { readonly key: string; readonly sizeBytes?: number | undefined };

/** Where results are kept. */
export interface ResultRepository {
  find(jobId: string): Promise<StoredResult | undefined>;
  /** By job; jobs without a result are left out. */
  findAll(jobIds: readonly string[]): Promise<ReadonlyMap<string, StoredResult>>;
}

/** The document itself, wherever it is kept; as a worker of ours has written it: reading a large one takes long enough. */
export async function loadDocument(
  result: StoredResult,
  objects: Pick<ObjectStore, 'get'>,
): Promise<ResultDocument> {
  if ('document' in result) return result.document;
  return JSON.parse(new TextDecoder().decode(await objects.get(result.key)));
}

/** What `loadDocument` reads from the bucket; any number where it is not known how much. */
export const bytesToLoad = (result: StoredResult): number =>
  'document' in result ? 0 : (result.sizeBytes ?? Number.POSITIVE_INFINITY);

/** Larger documents are fetched from the bucket by a signed URL; they do not pass through a function. */
const ANSWERED_LIMIT_BYTES = 300_000;

/** The key by which a document is to be fetched; undefined where it is small enough to be the answer itself. */
export function keyToFetch(result: StoredResult): string | undefined {
  return 'key' in result && bytesToLoad(result) > ANSWERED_LIMIT_BYTES ? result.key : undefined;
}
