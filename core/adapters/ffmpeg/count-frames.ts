import * as z from 'zod';
import { SCAN_TIMEOUT_MS } from './find-end.ts';
import { inputArguments } from './input-arguments.ts';
import { runProgram } from './run-program.ts';

const Counted = z.object({
  streams: z.array(z.object({ nb_read_packets: z.coerce.number().optional() })).optional(),
});

/**
 * How many frames there are to decode of a stream whose container does not list them: what its header says of their rate
 * and of when they are shown may be anything. The file is read until there are `most`, and not decoded.
 */
export async function countFrames(
  url: string,
  ffprobe: string,
  { stream, most }: { readonly stream: number; readonly most: number },
): Promise<number> {
  const { output } = await runProgram(
    ffprobe,
    [
      ...['-v', 'error', ...inputArguments(url), '-select_streams', String(stream)],
      ...['-count_packets', '-read_intervals', `%+#${most}`, '-show_entries', 'stream=nb_read_packets'],
      ...['-print_format', 'json', url],
    ],
    SCAN_TIMEOUT_MS,
  );
  return Counted.parse(JSON.parse(output || '{}')).streams?.[0]?.nb_read_packets ?? 0;
}
