import type { Page } from 'playwright-core';

export interface Frames {
  /** Processor time of the page's main thread for one frame while something moves. */
  readonly medianMs: number;
  readonly p95Ms: number;
  /** From one drawn frame to the next, on the clock: what else the machine does counts too. */
  readonly medianGapMs: number;
  readonly frames: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
}

/** Does something to a page and reads the browser's own trace of it. */
export async function traceFrames(page: Page, work: () => Promise<void>): Promise<Frames> {
  return readTrace(await traced(page, work));
}

async function traced(page: Page, work: () => Promise<void>): Promise<TraceEvent[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const ended = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  const categories = 'disabled-by-default-devtools.timeline.frame,toplevel';
  await session.send('Tracing.start', { categories, transferMode: 'ReportEvents' });
  await work();
  await session.send('Tracing.end');
  await ended;
  return events;
}

/** What the main thread does from one animation frame to the next, without what it waits for. */
function readTrace(events: readonly TraceEvent[]): Frames {
  const begun = events.filter(({ name }) => name === 'BeginMainThreadFrame').sort((a, b) => a.ts - b.ts);
  const pid = begun[0]?.pid;
  const main = events.find((event) => event.pid === pid && event.args?.name === 'CrRendererMain')?.tid;
  const tasks = events.filter(
    (event) => event.pid === pid && event.tid === main && event.name.endsWith('RunTask'),
  );
  const spans = begun.slice(1).map(({ ts: end }, index) => ({ start: begun[index]?.ts ?? end, end }));
  const costs = spans.map(({ start, end }) =>
    tasks.filter(({ ts }) => ts >= start && ts < end).reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0),
  );
  const gaps = spans.map(({ start, end }) => (end - start) / 1000);
  return {
    medianMs: quantile(costs, 0.5),
    p95Ms: quantile(costs, 0.95),
    medianGapMs: quantile(gaps, 0.5),
    frames: costs.length,
  };
}

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
