import type { FrameResult, Result } from '../../client/index.ts';

/**
 * What was found in each frame of a video, as lines come in. Only the frame that is looked at is read: a long video has
 * thousands.
 */
export class FrameReader {
  readonly #lines: string[] = [];
  readonly #times: number[] = [];
  #last: { readonly index: number; readonly result: Result } | undefined;

  get count(): number {
    return this.#lines.length;
  }

  add(line: string): void {
    if (line.trim() === '') return;
    const time = Number(/"timeSeconds":\s*([\d.eE+-]+)/.exec(line)?.[1] ?? Number.NaN);
    this.#times.push(Number.isNaN(time) ? (JSON.parse(line) as FrameResult).timeSeconds : time);
    this.#lines.push(line);
  }

  /** Where frames were looked at, in seconds. */
  get times(): readonly number[] {
    return this.#times;
  }

  /** The frame that was looked at last before a moment: what it shows holds until the next. */
  at(seconds: number): Result | undefined {
    const after = this.#times.findIndex((time) => time > seconds + HALF_FRAME_SECONDS);
    const index = after === -1 ? this.#times.length - 1 : Math.max(0, after - 1);
    const line = this.#lines[index];
    if (line === undefined) return undefined;
    if (this.#last?.index !== index) {
      const { video, ...frame } = JSON.parse(line) as FrameResult;
      this.#last = { index, result: { ...frame, image: video } };
    }
    return this.#last?.result;
  }
}

/** The browser's clock and the service's round a frame's time differently. */
const HALF_FRAME_SECONDS = 0.015;

/** Reads lines as they arrive. */
export async function readLines(body: ReadableStream<Uint8Array>, onLine: (line: string) => void) {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>);
  let rest = '';
  for (const stream = reader.getReader(); ; ) {
    const { value, done } = await stream.read();
    if (done) break;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  }
  onLine(rest);
}
