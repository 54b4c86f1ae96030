import {
  UnusableVideoError,
  type VideoFacts,
  type VideoFrame,
  type VideoSegment,
} from '../../domain/entities/video.ts';
import { inputArguments } from './input-arguments.ts';
import { uprightFilter } from './orientation.ts';
import { startProgram } from './run-program.ts';

export interface FrameRequest {
  /** Of the video, or its path. */
  readonly url: string;
  readonly segment: VideoSegment;
  readonly framesPerSecond: number;
}

/**
 * Decodes a stretch of a video as a stream of frames. One frame is held at a time: ffmpeg waits while the
 * reader works, and is ended when the reader stops early.
 * @throws UnusableVideoError where the video can't be decoded.
 */
export function createFrameReader({ ffmpeg }: { ffmpeg: string }) {
  return async function* readFrames(
    { url, segment, framesPerSecond }: FrameRequest,
    { width, height, orientation }: Pick<VideoFacts, 'width' | 'height' | 'orientation'>,
  ): AsyncGenerator<VideoFrame> {
    const { startSeconds, endSeconds } = segment;
    const wanted = Math.round((endSeconds - startSeconds) * framesPerSecond);
    const upright = orientation === undefined ? undefined : uprightFilter(orientation);
    const filters = [
      // Round up: each output frame is the one that is shown at its time.
      `fps=${framesPerSecond}:round=up:start_time=0`,
      ...(upright === undefined ? [] : [upright]),
      `scale=${width}:${height}`,
    ];
    const { child, ended } = startProgram(ffmpeg, [
      // From the frame before the segment on, which may be the one that is still shown where it begins.
      ...['-v', 'error', '-nostdin', ...inputArguments(url), '-noaccurate_seek'],
      ...(orientation === undefined ? [] : ['-noautorotate']),
      // A stream may change its size on the way: what the probe did not see is not decoded. Coded frames are padded.
      ...['-max_pixels', String(2 * width * height)],
      ...['-ss', String(startSeconds), '-i', url],
      ...['-map', '0:V:0', '-vf', filters.join(',')],
      ...['-frames:v', String(wanted), '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    ]);
    let count = 0;
    let last: Uint8Array | undefined;
    const timeOf = (index: number) => startSeconds + index / framesPerSecond;
    try {
      for await (const pixels of frames(child.stdout, width * height * 3)) {
        yield { timeSeconds: timeOf(count), pixels };
        last = pixels;
        count += 1;
      }
      const { exitCode, errors } = await ended;
      if (exitCode !== 0 || count < wanted - 1 || last === undefined) {
        throw new UnusableVideoError(
          'damaged_video',
          `The video can't be decoded beyond ${timeOf(count).toFixed(1)} s (${firstLine(errors) || 'no frames'}). Export it again.`,
        );
      }
      // Where rounding puts the last moment behind the last frame, that is what is still shown.
      if (count < wanted) yield { timeSeconds: timeOf(count), pixels: last };
    } finally {
      child.kill('SIGKILL');
    }
  };
}

const firstLine = (text: string) => text.split('\n')[0];

/** Cuts a stream of bytes into frames of `frameBytes`; an incomplete last one is dropped. */
async function* frames(stream: AsyncIterable<Buffer>, frameBytes: number): AsyncGenerator<Uint8Array> {
  let frame = Buffer.allocUnsafe(frameBytes);
  let filled = 0;
  for await (const chunk of stream) {
    for (let offset = 0; offset < chunk.byteLength; ) {
      const copied = chunk.copy(frame, filled, offset, offset + frameBytes - filled);
      offset += copied;
      filled += copied;
      if (filled < frameBytes) continue;
      yield frame;
      frame = Buffer.allocUnsafe(frameBytes);
      filled = 0;
    }
  }
}
