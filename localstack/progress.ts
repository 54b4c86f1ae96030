/** Tells the person at the keyboard what is going on. Never writes to stdout, which is for results. */
export interface Progress {
  /** Runs `work` as a named step and tells how long it took. */
  step<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** Says something between steps. */
  say(line: string): void;
}

/** The part of a terminal, or of a file, that progress needs. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const REDRAW_MS = 200;
const CLEAR_LINE = '\r\u001B[K';

const seconds = (sinceMs: number) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

/**
 * A line per step when it ends. A terminal also sees below them what runs, and for how long. Once the command is being
 * taken down nothing is told any more: what it breaks off has not failed.
 */
export function createProgress(
  stream: ProgressStream = process.stderr,
  { isEnding = () => false }: { isEnding?: () => boolean } = {},
): Progress {
  const running = new Map<string, number>();
  const write = (text: string) => {
    if (!isEnding()) stream.write(stream.isTTY === true ? `${CLEAR_LINE}${text}` : text);
  };
  const draw = () => {
    if (stream.isTTY !== true || running.size === 0) return;
    write([...running].map(([title, startedAt]) => `… ${title} ${seconds(startedAt)}`).join('  '));
  };
  return {
    async step(title, work) {
      const startedAt = performance.now();
      running.set(title, startedAt);
      draw();
      const timer = setInterval(draw, REDRAW_MS).unref();
      const end = (mark: string) => {
        clearInterval(timer);
        running.delete(title);
        write(`${mark} ${title.padEnd(44)} ${seconds(startedAt)}\n`);
        draw();
      };
      try {
        const result = await work();
        end('✓');
        return result;
      } catch (error) {
        end('✗');
        throw error;
      }
    },
    say(line) {
      write(`${line}\n`);
      draw();
    },
  };
}

/** For tests and for callers that speak for themselves. */
export const silentProgress: Progress = { step: (_title, work) => work(), say: () => {} };
