import type { Browser } from 'playwright-core';
import { readLayoutShift, watchLayout } from '../../test/e2e/watch-layout.ts';

export interface Load {
  /** Over the wire until the page rests, as a gzipping server sends it. */
  readonly kilobytes: number;
  /** Until the browser paints the first content: the form to sign in, which is useful at once. */
  readonly firstPaintSeconds: number;
  /** The browser's own figure of how much has moved by itself: the sum of its layout shifts. */
  readonly layoutShift: number;
}

/** Opens a page in a fresh profile, so nothing of it is cached. */
export async function measureLoad(browser: Browser, url: string, session?: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    if (session !== undefined)
      await page.addInitScript((text) => localStorage.setItem('segmentry-session', text), session);
    await page.addInitScript(watchLayout);
    await page.goto(url, { waitUntil: 'networkidle' });
    await page.waitForTimeout(SETTLE_MS);
    const layoutShift = await page.evaluate(readLayoutShift);
    const load = await page.evaluate(() => {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      const sent = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      const own = sent.filter(({ name }) => /\.(js|css|svg)$/.test(name));
      const bytes = own.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
      return {
        kilobytes: bytes / 1000,
        firstPaintSeconds: (paint?.startTime ?? Number.NaN) / 1000,
      };
    });
    return { ...load, layoutShift };
  } finally {
    await context.close();
  }
}

const SETTLE_MS = 1_000;
