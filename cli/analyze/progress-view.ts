import { paint } from '../terminal/print.ts';
import { printable } from '../terminal/printable.ts';

/** Shows how far a run is: a line for each file under way and one for all, on a terminal; else finished lines only. */
export interface ProgressView {
  expect(total: number): void;
  /** What a file is at. */
  update(name: string, state: string): void;
  /** A file is over. */
  finish(name: string, hasFailed: boolean): void;
  /** A line that stays: what was found, to stdout. */
  result(line: string): void;
  /** Or a word on how it goes, to stderr. */
  note(line: string, isFailure?: boolean): void;
  end(): void;
}

const REDRAW_MS = 80;

export function createProgressView(out = process.stdout, screen = process.stderr): ProgressView {
  const underWay = new Map<string, string>();
  const counts = { total: 0, done: 0, failed: 0 };
  const startedAt = performance.now();
  let drawnLines = 0;
  let timer: NodeJS.Timeout | undefined;

  const clear = () => {
    if (drawnLines > 0) screen.write(`\x1b[${drawnLines}A\x1b[J`);
    drawnLines = 0;
  };
  const draw = () => {
    timer = undefined;
    clear();
    const width = screen.columns || 80;
    const lines = [...underWay].map(([name, state]) => fit(`  ${printable(name)}`, `  ${state}`, width));
    const total = describeTotal(counts, (performance.now() - startedAt) / 1000).slice(0, width - 1);
    screen.write([...lines, paint('bold', total, screen), ''].join('\n'));
    drawnLines = lines.length + 1;
  };
  const redraw = () => {
    if (screen.isTTY) timer ??= setTimeout(draw, REDRAW_MS);
  };
  const write = (line: string, stream: NodeJS.WriteStream) => {
    if (screen.isTTY) clear();
    stream.write(`${line}\n`);
    redraw();
  };

  return {
    expect(total) {
      counts.total = total;
      redraw();
    },
    update(name, state) {
      underWay.set(name, state);
      redraw();
    },
    finish(name, hasFailed) {
      underWay.delete(name);
      counts.done += 1;
      if (hasFailed) counts.failed += 1;
      redraw();
    },
    result: (line) => write(clean(line), out),
    note: (line, isFailure = false) =>
      write(isFailure ? paint('red', clean(line), screen) : clean(line), screen),
    end() {
      clearTimeout(timer);
      timer = undefined;
      if (!screen.isTTY) return;
      clear();
      screen.write(`${describeTotal(counts, (performance.now() - startedAt) / 1000)}\n`);
    },
  };
}

const clean = (text: string) => text.split('\n').map(printable).join('\n');

function describeTotal(
  { total, done, failed }: { total: number; done: number; failed: number },
  seconds: number,
) {
  const rate = done / Math.max(seconds, 0.001);
  const left = total - done;
  const parts = [`${done} of ${total} done`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (done > 0) parts.push(`${rate.toFixed(1)} a second`);
  if (done > 0 && left > 0) parts.push(`about ${Math.ceil(left / rate)} s left`);
  return parts.join(', ');
}

/** The end of a long name says more than its beginning. */
function fit(name: string, state: string, width: number): string {
  const room = width - 1 - state.length;
  return (name.length > room ? `…${name.slice(name.length - Math.max(0, room - 1))}` : name) + state;
}
