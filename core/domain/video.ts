import { DomainError } from './errors.ts';

/** What a clip is, as its container says; pixels are after rotation. */
export interface VideoFacts {
  readonly width: number;
  readonly height: number;
  readonly durationSeconds: number;
  /** Frames a second of the clip itself. */
  readonly frameRate: number;
  readonly contentType: 'video/mp4' | 'video/quicktime' | 'video/webm';
}

/** One frame as the decoder gives it. */
export interface VideoFrame {
  /** From the beginning of the clip. */
  readonly timeSeconds: number;
  /** RGB, row by row: `width * height * 3` bytes. */
  readonly pixels: Uint8Array;
}

/** A stretch of a clip, long enough to be worth a worker and short enough for its time limit. */
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

/** How many frames a clip gives at a rate; the first one stands at 0 seconds. */
export const frameCount = (durationSeconds: number, framesPerSecond: number) =>
  Math.max(1, Math.floor(durationSeconds * framesPerSecond));

/**
 * Cuts a clip into segments of at most `framesPerSegment` frames, on the grid of the frames, so that no frame
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
