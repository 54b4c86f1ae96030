import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { manyDetections } from '../../test/e2e/many-detections.ts';

export interface Frames {
  readonly detections: number;
  /** Processor time of the page's main thread for one frame while the picture moves. */
  readonly medianMs: number;
  readonly p95Ms: number;
  /** From one drawn frame to the next, on the clock: what else the machine does counts too. */
  readonly medianGapMs: number;
  readonly frames: number;
}

const PICTURE = { width: 4000, height: 3000 };
const STEPS = 60;

/** Zooms into a picture of 12 megapixels and pans it, and reads the browser's own trace of it. */
export async function measureFrames(
  browser: Browser,
  { url, session, detections }: { url: string; session: string; detections: number },
): Promise<Frames> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript((text) => localStorage.setItem('segmentry-session', text), session);
    await openPicture(page, url, detections);
    const trace = await traced(page, () => movePicture(page));
    return { detections, ...readTrace(trace) };
  } finally {
    await context.close();
  }
}

/** The picture and its result are given to the page in the service's place. */
async function openPicture(page: Page, url: string, count: number): Promise<void> {
  const { image, job, result } = manyDetections({ ...PICTURE, count });
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  const bytes = await sharp({ create: { ...PICTURE, channels: 3, background: '#000', noise } })
    .jpeg({ quality: 80 })
    .toBuffer();
  await page.route(`**/v1/images/${image.id}`, (route) => route.fulfill({ json: { ...image, jobs: [job] } }));
  await page.route(`**/v1/images/${image.id}/file`, (route) =>
    route.fulfill({ body: bytes, contentType: 'image/jpeg' }),
  );
  await page.route(`**/v1/jobs/${job.id}/result`, (route) => route.fulfill({ json: result }));
  await page.goto(`${url}/images/${image.id}`);
  await page.locator('.detections').waitFor();
  await page.waitForTimeout(3_000);
}

async function movePicture(page: Page): Promise<void> {
  const box = await page.locator('canvas.picture').boundingBox();
  const at = { x: (box?.x ?? 0) + 400, y: (box?.y ?? 0) + 300 };
  await page.mouse.move(at.x, at.y);
  for (let step = 0; step < STEPS; step++) await page.mouse.wheel(0, step < STEPS / 2 ? -20 : 20);
  for (let step = 0; step < 4; step++) await page.mouse.wheel(0, -200);
  await page.mouse.down();
  for (let step = 0; step < STEPS; step++) await page.mouse.move(at.x + step, at.y + step / 2);
  await page.mouse.up();
}

interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
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
function readTrace(events: readonly TraceEvent[]): Omit<Frames, 'detections'> {
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
