import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { manyDetections } from './many-detections.ts';

const PAGE_SIZE = 100;
/** Widths of the small pictures, which are 400 pixels high. */
const WIDTHS = [533, 300, 711, 400, 600];

/** As many images as are asked for, what was found on them and their small pictures, given to a page in the service's place. */
export async function giveManyImages(page: Page, count: number): Promise<void> {
  const { image, job } = manyDetections({ width: 10, height: 10, count: 1 });
  const small = await Promise.all(WIDTHS.map(makeSmall));
  const pageOf = <Item>(address: string, itemAt: (index: number) => Item) => {
    const start = Number(new URL(address).searchParams.get('cursor') ?? 0);
    const items = Array.from({ length: PAGE_SIZE }, (_, index) => itemAt(start + index));
    return { json: { items, next: start + PAGE_SIZE < count ? String(start + PAGE_SIZE) : null } };
  };
  const summary = [{ class: 'orange', count: 3, pixels: 1, share: 0.1, cm2: null }];
  const imageAt = (index: number) => ({
    ...image,
    id: `image-${index}`,
    filename: `number ${index}.jpg`,
    width: WIDTHS[index % WIDTHS.length],
    height: 400,
  });
  const jobAt = (index: number) => ({ ...job, id: `job_${index}`, image: `image-${index}`, summary });
  await page.route('**/v1/images?*', (route) => route.fulfill(pageOf(route.request().url(), imageAt)));
  await page.route('**/v1/jobs?*', (route) => route.fulfill(pageOf(route.request().url(), jobAt)));
  await page.route('**/v1/images/*/thumbnail.webp', (route) => {
    const index = Number(/image-(\d+)/.exec(route.request().url())?.[1]);
    return route.fulfill({ body: small[index % small.length] as Buffer, contentType: 'image/webp' });
  });
}

/** Goes down the page until all images are listed, and back to its top. */
export async function listAllImages(page: Page, count: number): Promise<void> {
  const last = page.locator(`.card[aria-setsize="${count}"][aria-posinset="${count}"]`);
  await page.locator('.card-link').first().waitFor();
  while ((await last.count()) === 0) {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.waitForTimeout(50);
  }
  await page.evaluate(() => scrollTo(0, 0));
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
