import * as z from 'zod';
import { UnusableVideoError } from '../../domain/entities/video.ts';
import { inputArguments } from './input-arguments.ts';
import { runProgram } from './run-program.ts';

const Packets = z.object({
  packets: z
    .array(
      z.object({
        pts_time: z.coerce.number().optional(),
        duration_time: z.coerce.number().optional(),
        flags: z.string().optional(),
      }),
    )
    .optional(),
});

/** A file without an index is read whole to find its last frames, or to count them. */
export const SCAN_TIMEOUT_MS = 120_000;

/** What the container says of a video. */
interface SaidOfVideo {
  /** Which of its streams. */
  readonly stream: number;
  readonly startSeconds: number;
  readonly saidSeconds: number;
}

/** So much less than the container says is no rounding. */
const SHORTFALL_SECONDS = 0.5;

/**
 * When the last frame ends, in seconds from the beginning.
 * @throws UnusableVideoError where frames that the index lists lie beyond the file's end.
 */
export async function findEnd(
  url: string,
  ffprobe: string,
  { stream, startSeconds, saidSeconds }: SaidOfVideo,
): Promise<number> {
  const { output, errors } = await runProgram(
    ffprobe,
    [
      ...['-v', 'error', ...inputArguments(url), '-select_streams', String(stream)],
      // As far back as the last frame that can be begun with. Without an end of its own this ffprobe takes whatever
      // its memory held for one, and then prints no packet on some machines.
      ...['-read_intervals', '100000000%200000000', '-show_entries', 'packet=pts_time,duration_time,flags'],
      ...['-print_format', 'json', url],
    ],
    SCAN_TIMEOUT_MS,
  );
  const { packets = [] } = Packets.parse(JSON.parse(output || '{}'));
  const shown = packets.filter(({ flags, pts_time }) => pts_time !== undefined && !flags?.includes('D'));
  const last = shown.reduce(
    (end, { pts_time = 0, duration_time = 0 }) => Math.max(end, pts_time + duration_time),
    0,
  );
  const end = last - startSeconds;
  if (/partial file|Invalid data|End of file/i.test(errors) && end < saidSeconds - SHORTFALL_SECONDS) {
    throw new UnusableVideoError(
      'damaged_video',
      `The video says that it lasts ${saidSeconds.toFixed(1)} s, but is cut off before. Export or send it again.`,
    );
  }
  return roundOff(end);
}

/** Times in whole milliseconds add up to a little less than what is meant. */
function roundOff(seconds: number): number {
  const round = Math.round(seconds * 10) / 10;
  return Math.abs(seconds - round) < 0.005 ? round : seconds;
}
