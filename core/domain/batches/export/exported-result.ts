import type { ResultDocument } from '../../../contracts/result-document.ts';
import type { FrameDocument } from '../../../contracts/video-result.ts';

/** One job's result on its way into an export, or what it found in one frame of a video. */
export interface ExportedResult {
  readonly jobId: string;
  /** The image's or the video's, as its owner named it. */
  readonly filename: string;
  readonly document: ResultDocument | FrameDocument;
  /** Of a video, counted from 0. */
  readonly frame?: number;
}

/** What of the image, or of the video whose frame it is. */
export const sourceOf = ({ document }: ExportedResult) =>
  'image' in document ? document.image : document.video;

/** When in its video a frame stands. */
export const timeOf = ({ document }: ExportedResult) =>
  'timeSeconds' in document ? document.timeSeconds : undefined;

/** Writes results in one format, a piece at a time, so that no export is ever whole in memory. */
export interface ResultWriter {
  readonly begin: string;
  add(result: ExportedResult): string;
  end(): string;
}
