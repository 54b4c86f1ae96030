import type { Browser, Page } from 'playwright-core';
import { giveManyImages, listAllImages } from '../../test/e2e/many-images.ts';
import { type Frames, traceFrames } from './trace-frames.ts';

export interface GridFrames extends Frames {
  readonly images: number;
  /** From a press on one image's checkbox until the page has drawn it. */
  readonly selectMs: number;
  /** The same of a press on Select all. */
  readonly selectAllMs: number;
}

const IMAGES = 1_000;
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
    const selectMs = await timePress(page, '.card input[type="checkbox"]');
    const selectAllMs = await timePress(page, '.selection-bar button');
    return { images: IMAGES, selectMs, selectAllMs, ...frames };
  } finally {
    await context.close();
  }
}

async function openGrid(page: Page, url: string): Promise<void> {
  await giveManyImages(page, IMAGES);
  await page.goto(`${url}/images`);
  await listAllImages(page, IMAGES);
  await page.waitForTimeout(2_000);
}

async function scroll(page: Page): Promise<void> {
  await page.mouse.move(700, 500);
  for (let step = 0; step < STEPS; step++) await page.mouse.wheel(0, step < STEPS / 2 ? 300 : -200);
}

/** Until after the frame that shows it. */
const timePress = (page: Page, selector: string) =>
  page.evaluate(async (selector) => {
    const pressed = document.querySelector<HTMLElement>(selector);
    const begun = performance.now();
    pressed?.click();
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    return performance.now() - begun;
  }, selector);
