import type { SegmentMessage } from '../../contracts/messages.ts';
import type { FrameDocument, VideoResultDocument } from '../../contracts/video-result.ts';
import { DomainError } from '../entities/errors.ts';
import { type Job, type JobFailure, type JobRepository, resultKey } from '../entities/job.ts';
import {
  framesKey,
  planSegments,
  segmentKey,
  type Video,
  type VideoFrame,
  type VideoRepository,
  type VideoSegment,
} from '../entities/video.ts';
import { type AnalyzeImagePorts, type Delivery, INTERNAL_FAILURE, removeOrphans } from './analyze-image.ts';
import {
  FRAMES_CONTENT_TYPE,
  type MergeSegmentsPorts,
  mergeSegments,
  removeSegments,
} from './merge-segments.ts';
import { createTally, type SegmentOutcome } from './segment-outcome.ts';
import { requireTime, withinTime } from './time-limit.ts';

export interface AnalyzeSegmentPorts extends MergeSegmentsPorts {
  readonly jobs: Pick<JobRepository, 'find'> & {
    /** Ends the job with its result; false where it was ended meanwhile. */
    succeedVideo(job: Job, document: VideoResultDocument): Promise<boolean>;
    fail: AnalyzeImagePorts['jobs']['fail'];
  };
  readonly segments: {
    has(jobId: string, segment: number): Promise<boolean>;
    /** Remembers a segment's outcome and counts it, together and once, while the job runs. */
    add(job: Job, outcome: SegmentOutcome): Promise<void>;
    /** In their order. */
    list(jobId: string): Promise<SegmentOutcome[]>;
  };
  readonly videos: Pick<VideoRepository, 'find'>;
  readonly readFrames: (
    video: Video,
    segment: VideoSegment,
    framesPerSecond: number,
  ) => AsyncIterable<VideoFrame>;
  readonly analyzeFrame: (job: Job, video: Video, frame: VideoFrame) => Promise<FrameDocument>;
}

/**
 * Analyses one segment of a video's job, and merges them all where it was the last. A failure through the video
 * ends the job, and so does a segment that takes too long; any other is thrown so that the queue delivers again, and ends the job at the last delivery.
 * @returns what became of it, for the log.
 */
export async function analyzeSegment(
  message: SegmentMessage,
  { lastDelivery, signal }: Delivery,
  ports: AnalyzeSegmentPorts,
): Promise<'skipped' | 'analysed' | 'succeeded' | 'failed'> {
  const job = await ports.jobs.find(message.jobId);
  if (job?.video === undefined || job.status !== 'running') {
    await removeLeft(message, job, ports);
    return 'skipped';
  }
  try {
    return await withinTime(signal, () => work(job, { index: message.segment, signal }, ports));
  } catch (error) {
    const isInput = error instanceof DomainError;
    if (isInput || lastDelivery) {
      const failure = isInput ? { code: error.code, detail: error.message } : INTERNAL_FAILURE;
      await failLatest(job, failure, ports);
    }
    if (isInput) return 'failed';
    throw error;
  }
}

/** Removes what a worker has written for a job that had ended by then, or that it died over. */
async function removeLeft(
  { jobId, segment }: SegmentMessage,
  job: Job | undefined,
  ports: AnalyzeSegmentPorts,
): Promise<void> {
  if (job?.status === 'succeeded') return removeSegments(job, ports);
  await removeOrphans(jobId, [segmentKey(jobId, segment), resultKey(jobId), framesKey(jobId)], ports);
}

/** A worker may have taken the job over meanwhile; the video is what it is for that one as well. */
async function failLatest({ id }: Job, failure: JobFailure, { jobs }: AnalyzeSegmentPorts): Promise<void> {
  const job = await jobs.find(id);
  if (job?.status === 'running') await jobs.fail(job, failure);
}

interface Turn {
  readonly index: number;
  readonly signal: AbortSignal;
}

async function work(job: Job, turn: Turn, ports: AnalyzeSegmentPorts): Promise<'analysed' | 'succeeded'> {
  const video = await ports.videos.find(job.mediaId);
  if (video === undefined) throw new VideoGoneError(job.mediaId);
  if (!(await ports.segments.has(job.id, turn.index))) {
    await ports.segments.add(job, await run(job, { ...turn, video }, ports));
  }
  const latest = await ports.jobs.find(job.id);
  if (latest?.status !== 'running') await removeLeft({ jobId: job.id, segment: turn.index }, latest, ports);
  if (latest?.status !== 'running' || latest.segmentsDone !== latest.video?.segmentCount) return 'analysed';
  const outcomes = await ports.segments.list(job.id);
  const document = await mergeSegments(latest, { video, outcomes }, ports);
  const isDone = await ports.jobs.succeedVideo(latest, document);
  if (isDone) await removeSegments(latest, ports);
  else await removeOrphans(job.id, [resultKey(job.id), framesKey(job.id)], ports);
  return isDone ? 'succeeded' : 'analysed';
}

/** Writes what is found in each frame as it comes: one frame is in memory at a time. */
async function run(
  job: Job,
  { video, index, signal }: Turn & { readonly video: Video },
  ports: AnalyzeSegmentPorts,
): Promise<SegmentOutcome> {
  const { framesPerSecond = 1, segmentFrames = 1 } = job.video ?? {};
  const segment = planSegments(video.durationSeconds, framesPerSecond, segmentFrames)[index];
  if (segment === undefined) throw new RangeError(`Job ${job.id} has no segment ${index}.`);
  const tally = createTally(index);
  const lines = async function* () {
    for await (const frame of ports.readFrames(video, segment, framesPerSecond)) {
      requireTime(signal);
      const document = await ports.analyzeFrame(job, video, frame);
      tally.add(document);
      yield `${JSON.stringify(document)}\n`;
    }
  };
  await ports.objects.putPieces(segmentKey(job.id, index), lines(), FRAMES_CONTENT_TYPE);
  return tally.outcome();
}

class VideoGoneError extends DomainError {
  readonly code = 'video_gone';
  readonly kind = 'gone';

  constructor(videoId: string) {
    super(`The video ${videoId} was deleted before it was analysed.`);
  }
}
