import * as z from 'zod';
import { UnusableVideoError, type VideoFacts } from '../../domain/entities/video.ts';
import { countFrames } from './count-frames.ts';
import { findEnd } from './find-end.ts';
import { inputArguments } from './input-arguments.ts';
import { readOrientation, swapsSides } from './orientation.ts';
import { runProgram } from './run-program.ts';

export interface VideoLimits {
  /** Width times height. */
  readonly pixels: number;
  readonly durationSeconds: number;
  /** Of all frames together: what it takes to decode it. */
  readonly decodedPixels: number;
}

export interface ProbeOptions {
  /** Path of ffprobe. */
  readonly ffprobe: string;
  readonly limits: VideoLimits;
}

const Stream = z.object({
  codec_type: z.string(),
  duration: z.coerce.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  avg_frame_rate: z.string().optional(),
  tags: z.looseObject({ rotate: z.string().optional() }).optional(),
  side_data_list: z
    .array(z.looseObject({ rotation: z.number().optional(), displaymatrix: z.string().optional() }))
    .optional(),
  disposition: z.looseObject({ attached_pic: z.number().optional() }).optional(),
});
const Probe = z.object({
  streams: z.array(Stream),
  format: z.object({
    format_name: z.string(),
    duration: z.coerce.number().optional(),
    start_time: z.coerce.number().optional(),
    tags: z.looseObject({ major_brand: z.string().optional() }).optional(),
  }),
});

const TAKEN = 'Send an MP4, MOV or WebM video.';
const PROBE_TIMEOUT_MS = 30_000;

/**
 * Reads what a video is, without decoding it. How long it lasts is what its last frames say: the container's word
 * may be missing, or be that of a longer sound or of a file that was cut off.
 * @param url of the video, or its path.
 * @throws UnusableVideoError
 */
export function createVideoProbe({ ffprobe, limits }: ProbeOptions) {
  return async (url: string): Promise<VideoFacts> => {
    const { exitCode, output, errors } = await runProgram(
      ffprobe,
      ['-v', 'error', ...inputArguments(url), '-print_format', 'json', '-show_format', '-show_streams', url],
      PROBE_TIMEOUT_MS,
    );
    if (exitCode !== 0) throw refusal(errors);
    const { streams, format } = Probe.parse(JSON.parse(output));
    const stream = streams.find(
      ({ codec_type, disposition }) => codec_type === 'video' && disposition?.attached_pic !== 1,
    );
    if (stream === undefined) {
      throw new UnusableVideoError('no_video_stream', `The file has no moving picture. ${TAKEN}`);
    }
    const index = streams.indexOf(stream);
    const facts = {
      ...factsOf(stream),
      durationSeconds: await findEnd(url, ffprobe, {
        stream: index,
        startSeconds: format.start_time ?? 0,
        saidSeconds: stream.duration ?? format.duration ?? 0,
      }),
      contentType: contentTypeOf(format),
    };
    checkLimits(facts, limits);
    const most = Math.floor(limits.decodedPixels / (facts.width * facts.height)) + 1;
    checkWork(facts, await countFrames(url, ffprobe, { stream: index, most }), limits);
    return facts;
  };
}

function refusal(errors: string): UnusableVideoError {
  return /Invalid data found|moov atom not found|End of file|EBML/i.test(errors)
    ? new UnusableVideoError(
        'damaged_video',
        `The video can't be read; it may be cut off. Export it again. ${TAKEN}`,
      )
    : new UnusableVideoError('unsupported_video', `The file is not a video in a supported format. ${TAKEN}`);
}

function factsOf(
  stream: z.infer<typeof Stream>,
): Pick<VideoFacts, 'width' | 'height' | 'frameRate' | 'orientation'> {
  const { width = 0, height = 0, side_data_list: sideData = [] } = stream;
  const matrix = sideData.find(({ displaymatrix }) => displaymatrix !== undefined)?.displaymatrix;
  const orientation = matrix === undefined ? undefined : readOrientation(matrix);
  const rotation = sideData.find((data) => data.rotation !== undefined)?.rotation;
  const turn = Math.abs(rotation ?? Number(stream.tags?.rotate ?? 0)) % 180;
  const [numerator = 0, denominator = 1] = (stream.avg_frame_rate ?? '0/1').split('/').map(Number);
  const frameRate = denominator === 0 ? 0 : numerator / denominator;
  const isTurned = orientation === undefined ? turn === 90 : swapsSides(orientation);
  return {
    ...(isTurned ? { width: height, height: width } : { width, height }),
    frameRate,
    ...(orientation !== undefined && { orientation }),
  };
}

function contentTypeOf(format: z.infer<typeof Probe>['format']): VideoFacts['contentType'] {
  if (format.format_name.includes('webm')) return 'video/webm';
  return format.tags?.major_brand?.trim() === 'qt' ? 'video/quicktime' : 'video/mp4';
}

function checkLimits({ width, height, durationSeconds }: VideoFacts, limits: VideoLimits): void {
  if (width === 0 || height === 0 || !(durationSeconds > 0)) {
    throw new UnusableVideoError('empty_video', 'The video has no frames.');
  }
  if (width * height > limits.pixels) {
    throw new UnusableVideoError(
      'video_too_large',
      `The video has ${width} x ${height} pixels a frame; up to ${limits.pixels} are accepted. Scale it down.`,
    );
  }
  if (durationSeconds > limits.durationSeconds) {
    throw new UnusableVideoError(
      'video_too_long',
      `The video lasts ${Math.round(durationSeconds)} s; up to ${limits.durationSeconds} s are accepted. Shorten it.`,
    );
  }
}

/** Frames that are never shown are decoded all the same, where others follow from them. */
function checkWork({ width, height }: VideoFacts, frameCount: number, limits: VideoLimits): void {
  const decodedPixels = width * height * frameCount;
  if (decodedPixels > limits.decodedPixels) {
    throw new UnusableVideoError(
      'video_too_heavy',
      `The video has ${frameCount} frames or more of ${width} x ${height} pixels, those included that an ` +
        `edit hides; these are ${Math.round(decodedPixels / 1e9)} billion pixels, and up to ` +
        `${Math.round(limits.decodedPixels / 1e9)} billion are accepted. Shorten it, scale it down, or lower its frame rate.`,
    );
  }
}
