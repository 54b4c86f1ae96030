import * as z from 'zod';
import { SCAN_TIMEOUT_MS } from './find-end.ts';
import { inputArguments } from './input-arguments.ts';
import { runProgram } from './run-program.ts';

const Counted = z.object({
  streams: z.array(z.object({ nb_read_packets: z.coerce.number().optional() })).optional(),
});

/**
 * How many frames of a stream there are to decode, those too that are never shown. What a header says of their number,
 * their rate and of when they are shown may be anything, and an index may leave out what lies in fragments. So the file is
 * read until there are `most`, and not decoded.
 */
export async function countFrames(
  url: string,
  ffprobe: string,
  { stream, most }: { readonly stream: number; readonly most: number },
): Promise<number> {
  const { output, errors } = await runProgram(
    ffprobe,
    [
      ...['-v', 'error', ...inputArguments(url), '-select_streams', String(stream)],
      ...['-count_packets', '-read_intervals', `%+#${most}`, '-show_entries', 'stream=nb_read_packets'],
      ...['-print_format', 'json', url],
    ],
    SCAN_TIMEOUT_MS,
  );
  const count = Counted.parse(JSON.parse(output || '{}')).streams?.[0]?.nb_read_packets;
  if (count === undefined) throw new Error(`The frames of the video could not be counted. ${errors}`);
  return count;
}
