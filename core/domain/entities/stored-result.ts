import type { ResultDocument } from '../../contracts/result-document.ts';

/** A stored result: inline, or past the inline limit an object of its own. */
export type StoredResult = { readonly document: ResultDocument } | { readonly key: string };

/** Where results are kept. */
export interface ResultRepository {
  find(jobId: string): Promise<StoredResult | undefined>;
  /** By job; jobs without a result are left out. */
  findAll(jobIds: readonly string[]): Promise<ReadonlyMap<string, StoredResult>>;
}
