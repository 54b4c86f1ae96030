import type { VideoResultDocument } from '../../contracts/video-result.ts';
import { framesLink, type Job } from '../entities/job.ts';
import type { ObjectStore } from '../entities/objects.ts';
import { framesKey, segmentKey, segmentKeys, UnusableVideoError, type Video } from '../entities/video.ts';
import { mergePeaks, type SegmentOutcome } from './segment-outcome.ts';
import { composeTimeline } from './video-timeline.ts';

export interface MergeSegmentsPorts {
  readonly objects: Pick<ObjectStore, 'putPieces' | 'read' | 'remove'>;
}

export const FRAMES_CONTENT_TYPE = 'application/jsonl';

/**
 * Makes a video's result of those of its segments: their lines one after another, and what follows from all.
 * Safe to repeat as long as the segments' lines lie there.
 * @throws UnusableVideoError where no segment has frames.
 */
export async function mergeSegments(
  job: Job,
  { video, outcomes }: { readonly video: Video; readonly outcomes: readonly SegmentOutcome[] },
  { objects }: MergeSegmentsPorts,
): Promise<VideoResultDocument> {
  const frames = outcomes.flatMap((outcome) => outcome.frames);
  const analysis = outcomes.find((outcome) => outcome.analysis !== undefined)?.analysis;
  if (analysis === undefined) throw new UnusableVideoError('empty_video', 'The video has no frames.');
  const lines = async function* () {
    for (const { segment } of outcomes) yield* objects.read(segmentKey(job.id, segment));
  };
  await objects.putPieces(framesKey(job.id), lines(), FRAMES_CONTENT_TYPE);
  const { id, sha256, width, height, durationSeconds } = video;
  return {
    video: { id, sha256, width, height, durationSeconds },
    ...analysis,
    framesPerSecond: job.video?.framesPerSecond ?? 1,
    frames: { count: frames.length, url: framesLink(job.id) },
    timeline: composeTimeline(frames),
    summary: mergePeaks(outcomes),
  };
}

/** Takes away the lines of segments that are merged. */
export async function removeSegments(job: Job, { objects }: MergeSegmentsPorts): Promise<void> {
  for (const key of segmentKeys(job.id, job.video?.segmentCount ?? 0)) await objects.remove(key);
}
