/** Shows how far many photographs are, on a terminal only. */
export interface ProgressBar {
  update(done: number): void;
  /** Takes the bar away so that a line can be written; the next update brings it back. */
  clear(): void;
}

const CELLS = 30;

export function createProgressBar(total: number, stream: NodeJS.WriteStream): ProgressBar {
  if (!stream.isTTY || total < 2) return { update: () => {}, clear: () => {} };
  const startedAt = performance.now();
  return {
    update(done) {
      const filled = Math.round((done / total) * CELLS);
      const rate = done / ((performance.now() - startedAt) / 1000);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(CELLS - filled)}`;
      stream.write(`\r\x1b[K${bar} ${done} of ${total}, ${rate.toFixed(1)} a second`);
    },
    clear: () => void stream.write('\r\x1b[K'),
  };
}
