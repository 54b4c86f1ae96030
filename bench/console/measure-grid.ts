import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { manyDetections } from '../../test/e2e/many-detections.ts';
import { type Frames, traceFrames } from './trace-frames.ts';

export interface GridFrames extends Frames {
  readonly images: number;
  /** From a press on one image's checkbox until the page has drawn it. */
  readonly selectMs: number;
}

const IMAGES = 1_000;
const PAGE_SIZE = 100;
/** Widths of the small pictures, which are 400 pixels high. */
const WIDTHS = [533, 300, 711, 400, 600];
const STEPS = 120;

/** Goes down and up a grid of 1,000 images that are all there, and selects one of them. */
export async function measureGrid(
  browser: Browser,
  { url, session }: { url: string; session: string },
): Promise<GridFrames> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript((text) => localStorage.setItem('segmentry-session', text), session);
    await openGrid(page, url);
    const frames = await traceFrames(page, () => scroll(page));
    return { images: IMAGES, selectMs: await timeSelection(page), ...frames };
  } finally {
    await context.close();
  }
}

/** The images, what was found on them and their small pictures are given to the page in the service's place. */
async function openGrid(page: Page, url: string): Promise<void> {
  const { image, job } = manyDetections({ width: 10, height: 10, count: 1 });
  const small = await Promise.all(WIDTHS.map(makeSmall));
  const pageOf = <Item>(address: string, itemAt: (index: number) => Item) => {
    const start = Number(new URL(address).searchParams.get('cursor') ?? 0);
    const items = Array.from({ length: PAGE_SIZE }, (_, index) => itemAt(start + index));
    return { json: { items, next: start + PAGE_SIZE < IMAGES ? String(start + PAGE_SIZE) : null } };
  };
  const summary = [{ class: 'orange', count: 3, pixels: 1, share: 0.1, cm2: null }];
  await page.route('**/v1/images?*', (route) =>
    route.fulfill(
      pageOf(route.request().url(), (index) => ({
        ...image,
        id: `image-${index}`,
        filename: `number ${index}.jpg`,
        width: WIDTHS[index % WIDTHS.length],
        height: 400,
      })),
    ),
  );
  await page.route('**/v1/jobs?*', (route) =>
    route.fulfill(
      pageOf(route.request().url(), (index) => ({
        ...job,
        id: `job_${index}`,
        image: `image-${index}`,
        summary,
      })),
    ),
  );
  await page.route('**/v1/images/*/thumbnail.webp', (route) => {
    const index = Number(/image-(\d+)/.exec(route.request().url())?.[1]);
    return route.fulfill({ body: small[index % small.length] as Buffer, contentType: 'image/webp' });
  });
  await page.goto(`${url}/images`);
  await page.locator('.card').first().waitFor();
  while ((await page.locator('.card').count()) < IMAGES) {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.waitForTimeout(100);
  }
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(2_000);
}

const makeSmall = (width: number) =>
  sharp({
    create: {
      width,
      height: 400,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .webp({ quality: 80 })
    .toBuffer();

async function scroll(page: Page): Promise<void> {
  await page.mouse.move(700, 500);
  for (let step = 0; step < STEPS; step++) await page.mouse.wheel(0, step < STEPS / 2 ? 300 : -200);
}

/** Until after the frame that shows it. */
const timeSelection = (page: Page) =>
  page.evaluate(async () => {
    const box = document.querySelector<HTMLInputElement>('.card input[type="checkbox"]');
    const begun = performance.now();
    box?.click();
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    return performance.now() - begun;
  });
