import type { ResultDocument } from '../../contracts/result-document.ts';

/** A stored result: inline, or past the inline limit an object of its own. */
export type StoredResult = { readonly document: ResultDocument } | { readonly key: string };
