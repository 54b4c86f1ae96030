import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { manyDetections } from '../../test/e2e/many-detections.ts';
import { type Frames, traceFrames } from './trace-frames.ts';

export interface PictureFrames extends Frames {
  readonly detections: number;
}

const PICTURE = { width: 4000, height: 3000 };
const STEPS = 60;

/** Zooms into a picture of 12 megapixels and pans it, and reads the browser's own trace of it. */
export async function measureFrames(
  browser: Browser,
  { url, session, detections }: { url: string; session: string; detections: number },
): Promise<PictureFrames> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript((text) => localStorage.setItem('segmentry-session', text), session);
    await openPicture(page, url, detections);
    return { detections, ...(await traceFrames(page, () => movePicture(page))) };
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
