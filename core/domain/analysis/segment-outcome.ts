import type { ClassSummary } from '../../contracts/result-document.ts';
import type { FrameDocument } from '../../contracts/video-result.ts';
import type { FrameCounts } from './video-timeline.ts';

/** What was found in one segment of a video, in short. */
export interface SegmentOutcome {
  readonly segment: number;
  /** What looked at the frames, and how. Absent where no frame was read. */
  readonly analysis?: Pick<FrameDocument, 'model' | 'options'>;
  readonly frames: readonly FrameCounts[];
  /** Of each class, what the frame shows that shows most of it. */
  readonly peaks: readonly ClassSummary[];
}

/** Adds frames up as they come. */
export function createTally(segment: number) {
  const frames: FrameCounts[] = [];
  const peaks = new Map<string, ClassSummary>();
  let analysis: SegmentOutcome['analysis'];
  return {
    add({ timeSeconds, summary, model, options }: FrameDocument): void {
      analysis = { model, options };
      frames.push({ timeSeconds, counts: Object.fromEntries(summary.map((row) => [row.class, row.count])) });
      for (const row of summary) keepPeak(peaks, row);
    },
    outcome: (): SegmentOutcome => ({
      segment,
      ...(analysis !== undefined && { analysis }),
      frames,
      peaks: [...peaks.values()],
    }),
  };
}

/** Of all segments, the row of each class that shows most of it, in the order they came. */
export function mergePeaks(outcomes: readonly SegmentOutcome[]): ClassSummary[] {
  const peaks = new Map<string, ClassSummary>();
  for (const row of outcomes.flatMap((outcome) => outcome.peaks)) keepPeak(peaks, row);
  return [...peaks.values()];
}

/** Most objects of its class, then most of its pixels. */
function keepPeak(peaks: Map<string, ClassSummary>, row: ClassSummary): void {
  const peak = peaks.get(row.class);
  const isMore =
    peak === undefined || row.count > peak.count || (row.count === peak.count && row.pixels > peak.pixels);
  if (isMore) peaks.set(row.class, row);
}
