import type { ResultDocument } from '../../contracts/result-document.ts';

/** One job's result on its way into an export. */
export interface ExportedResult {
  readonly jobId: string;
  /** The image's, as its owner named it. */
  readonly filename: string;
  readonly document: ResultDocument;
}

/** Writes results in one format, a piece at a time, so that no export is ever whole in memory. */
export interface ResultWriter {
  readonly begin: string;
  add(result: ExportedResult): string;
  end(): string;
}
