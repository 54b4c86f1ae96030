import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import { DomainError, nameSome } from './errors.ts';

/** What a video is, as its container says; pixels are after rotation. */
export interface VideoFacts {
  readonly width: number;
  readonly height: number;
  readonly durationSeconds: number;
  /** Frames a second of the video itself. */
  readonly frameRate: number;
  /** How its frames are turned and mirrored to be seen, as EXIF counts; absent where the file does not say. */
  readonly orientation?: number;
  readonly contentType: 'video/mp4' | 'video/quicktime' | 'video/webm';
}

/** One stored video. Its frames are read when it is analysed; none is stored. */
export interface Video extends VideoFacts {
  /** A UUID; the video is stored under `videos/<id>` as it was uploaded. */
  readonly id: string;
  readonly userId: string;
  readonly sha256: string;
  readonly filename: string;
  readonly sizeBytes: number;
  readonly uploadedAt: string;
  readonly modifiedAt: string;
  /** Credits that it was charged, without its analyses; absent where it cost nothing. */
  readonly cost?: number;
  /** When it is forgotten with all that hangs on it; absent where it stays. */
  readonly expiresAt?: string;
}

/** Where videos are kept. */
export interface VideoRepository {
  find(videoId: string): Promise<Video | undefined>;
  /** The user's own among `ids`. */
  findOwn(ids: readonly string[], userId: string): Promise<Map<string, Video>>;
  /** Newest first. */
  list(userId: string, page: PageRequest): Promise<Page<Video>>;
  rename(video: Video, filename: string, modifiedAt: string): Promise<void>;
  /** Takes the video's record away; what hangs on it is forgotten because of that. */
  remove(video: Video): Promise<void>;
}

/** How a job goes through its video. */
export interface VideoPass {
  readonly framesPerSecond: number;
  readonly segmentFrames: number;
  readonly segmentCount: number;
  readonly frameCount: number;
}

/** The segments of a job that has ended: they are merged, or never will be. */
export interface DoneSegments {
  readonly kind: 'segments';
  /** Of the job. */
  readonly id: string;
  readonly count: number;
}

/** Frames that are analysed of one video at most, and at a time. */
export interface VideoLimits {
  readonly frames: number;
  readonly segmentFrames: number;
}

export const videoKey = (videoId: string) => `videos/${videoId}`;

/** What was found in all frames, one line each. */
export const framesKey = (jobId: string) => `results/${jobId}.jsonl`;

/** The same for one segment, until all are merged. */
export const segmentKey = (jobId: string, segment: number) => `results/${jobId}/${segment}.jsonl`;

export const segmentKeys = (jobId: string, count: number) =>
  Array.from({ length: count }, (_, segment) => segmentKey(jobId, segment));

/** One frame as the decoder gives it. */
export interface VideoFrame {
  /** From the beginning of the video. */
  readonly timeSeconds: number;
  /** RGB, row by row: `width * height * 3` bytes. */
  readonly pixels: Uint8Array;
}

/** A stretch of a video, long enough to be worth a worker and short enough for its time limit. */
export interface VideoSegment {
  readonly index: number;
  readonly startSeconds: number;
  /** Exclusive. */
  readonly endSeconds: number;
}

const UNUSABLE_VIDEO_KINDS = {
  unsupported_video: 'unsupported',
  no_video_stream: 'unprocessable',
  empty_video: 'unprocessable',
  damaged_video: 'unprocessable',
  video_too_large: 'too_large',
  video_too_long: 'too_large',
  video_too_heavy: 'too_large',
  too_many_frames: 'too_large',
} as const;

/** The file can't be analysed as a video; trying again gives the same answer. */
export class UnusableVideoError extends DomainError {
  readonly code: keyof typeof UNUSABLE_VIDEO_KINDS;
  readonly kind;

  constructor(code: keyof typeof UNUSABLE_VIDEO_KINDS, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.kind = UNUSABLE_VIDEO_KINDS[code];
  }
}

/** Containers tell times in whole milliseconds or millionths: they add up to so much less, at most, than is meant. */
const ROUNDING_SECONDS = 0.001;

/** How many frames a video gives at a rate; the first one stands at 0 seconds. */
export const frameCount = (durationSeconds: number, framesPerSecond: number) =>
  Math.max(1, Math.floor((durationSeconds + ROUNDING_SECONDS) * framesPerSecond));

/** @throws UnusableVideoError where the video gives more frames than are analysed. */
export function planPass(
  { durationSeconds }: Pick<VideoFacts, 'durationSeconds'>,
  framesPerSecond: number,
  { frames: limit, segmentFrames }: VideoLimits,
): VideoPass {
  const frames = frameCount(durationSeconds, framesPerSecond);
  if (frames > limit) {
    throw new UnusableVideoError(
      'too_many_frames',
      `The video gives ${frames} frames; up to ${limit} are analysed. Ask for fewer frames per second.`,
    );
  }
  return {
    framesPerSecond,
    segmentFrames,
    frameCount: frames,
    segmentCount: Math.ceil(frames / segmentFrames),
  };
}

/**
 * Cuts a video into segments of at most `framesPerSegment` frames, on the grid of the frames, so that no frame
 * is seen twice and none is missed.
 */
export function planSegments(
  durationSeconds: number,
  framesPerSecond: number,
  framesPerSegment: number,
): VideoSegment[] {
  const frames = frameCount(durationSeconds, framesPerSecond);
  const count = Math.ceil(frames / framesPerSegment);
  return Array.from({ length: count }, (_, index) => ({
    index,
    startSeconds: (index * framesPerSegment) / framesPerSecond,
    endSeconds: Math.min(((index + 1) * framesPerSegment) / framesPerSecond, frames / framesPerSecond),
  }));
}

export class VideoNotFoundError extends DomainError {
  readonly code = 'video_not_found';
  readonly kind = 'not_found';

  constructor(videoId: string) {
    super(`There is no video ${videoId}. Upload one with POST /v1/uploads.`);
  }
}

export class UnknownVideosError extends DomainError {
  readonly code = 'unknown_videos';
  readonly kind = 'unprocessable';

  constructor(videoIds: readonly string[]) {
    super(`You have no videos with these ids: ${nameSome(videoIds)}. GET /v1/videos lists yours.`);
  }
}

/** An image has no frames. */
export class NoFramesError extends DomainError {
  readonly code = 'no_frames';
  readonly kind = 'unprocessable';

  constructor(jobId: string) {
    super(`Job ${jobId} belongs to an image, which has no frames. See its result.`);
  }
}
