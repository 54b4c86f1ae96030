/** Tells the person at the keyboard what is going on. Never writes to stdout, which is for results. */
export interface Progress {
  /** Runs `work` as a named step and tells how long it took. */
  step<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** Says something between steps. */
  say(line: string): void;
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** A line per step: on a terminal it is there from the start and counts, elsewhere it comes when the step ends. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return {
    async step(title, work) {
      const startedAt = performance.now();
      const line = (mark: string) => `${mark} ${title.padEnd(44)} ${seconds(performance.now() - startedAt)}`;
      const timer = stream.isTTY
        ? setInterval(() => stream.write(`\r\x1b[K${line('…')}`), 200).unref()
        : undefined;
      const end = (mark: string) => {
        clearInterval(timer);
        stream.write(`${stream.isTTY ? '\r\x1b[K' : ''}${line(mark)}\n`);
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
    say: (line) => void stream.write(`${line}\n`),
  };
}

/** For tests and for callers that speak for themselves. */
export const silentProgress: Progress = { step: (_title, work) => work(), say: () => {} };
