import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ConsoleBrowser,
  openConsole,
  signInBy,
  type WatchedPage,
  watchDesktop,
} from '../helpers/console-browser.ts';
import { findChromium } from '../helpers/find-chromium.ts';
import { needs } from '../helpers/needs.ts';
import { createTestUser } from '../helpers/signed-in.ts';
import { giveManyImages, listAllImages } from './many-images.ts';
import { readLayoutShift, watchLayout } from './watch-layout.ts';

const chromium = findChromium();
const IMAGES = 1_000;
/** Three screens of tiles, those around the focus, and both ends. */
const MOST_TILES = 90;

describe('a grid of 1,000 images', () => {
  needs(chromium !== undefined, 'Chromium is');
  let console: ConsoleBrowser;
  let watched: WatchedPage;
  let page: Page;
  const tiles = () => page.locator('.card').count();
  const focused = () =>
    page.evaluate(() => {
      const tile = document.activeElement?.closest('.card');
      const { top = -1, bottom = -1 } = tile?.getBoundingClientRect() ?? {};
      return {
        nth: Number(tile?.getAttribute('aria-posinset')) - 1,
        control: document.activeElement?.localName,
        isInView: top >= 0 && bottom <= innerHeight,
      };
    });

  beforeAll(async () => {
    if (chromium === undefined) return;
    console = await openConsole(chromium);
    watched = await watchDesktop(console);
    page = watched.page;
    await page.addInitScript(watchLayout);
    await signInBy(page, console.url, await createTestUser());
    await giveManyImages(page, IMAGES);
  }, 120_000);
  afterAll(() => console?.close());

  describe.each([360, 768, 1440])('%i pixels wide', (width) => {
    let shiftAtFirst: number;
    let shiftBefore: number;

    beforeAll(async () => {
      if (chromium === undefined) return;
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${console.url}/images`);
      await page.locator('.card img').first().waitFor();
      await page.waitForLoadState('networkidle');
      shiftAtFirst = await page.evaluate(readLayoutShift);
      await listAllImages(page, IMAGES);
      shiftBefore = await page.evaluate(readLayoutShift);
    }, 120_000);

    test('holds those near the view, wherever that is', async () => {
      for (const share of [0, 0.3, 0.7, 1]) {
        await page.evaluate((share) => scrollTo(0, share * document.body.scrollHeight), share);
        await expect.poll(() => page.evaluate(countInView), { message: `at ${share}` }).toBeGreaterThan(3);
        expect(await tiles()).toBeLessThan(MOST_TILES);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    });

    test('is gone through by Tab, from link to checkbox to the next link', async () => {
      await page.evaluate(() => scrollTo(0, 0));
      await page.locator('.card[aria-posinset="1"] a').focus();
      for (let nth = 0; nth < 40; nth++) {
        expect(await focused()).toMatchObject({ nth, control: 'a', isInView: true });
        await page.keyboard.press('Tab');
        expect(await focused()).toMatchObject({ nth, control: 'input' });
        await page.keyboard.press('Tab');
      }
      expect(await page.evaluate(() => scrollY)).toBeGreaterThan(800);
      await page.keyboard.press('Shift+Tab');
      expect(await focused()).toMatchObject({ nth: 39, control: 'input' });
    });

    test('keeps the focus where it is while one looks elsewhere, and goes on from there', async () => {
      await page.evaluate(() => scrollTo(0, 0));
      await page.locator('.card[aria-posinset="4"] a').focus();
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
      await page.locator('.card[aria-posinset="500"]').waitFor();
      expect(await focused()).toMatchObject({ nth: 3, isInView: false });
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await expect.poll(focused).toMatchObject({ nth: 4, control: 'a', isInView: true });
    });

    test('is gone through by arrows, Home and End; what is selected stays so out of view', async () => {
      await page.evaluate(() => scrollTo(0, 0));
      await page.locator('.card[aria-posinset="1"] input').focus();
      await page.keyboard.press('Space');
      await page.getByText('1 selected').waitFor();
      await page.keyboard.press('End');
      await expect.poll(focused).toMatchObject({ nth: 999, control: 'input', isInView: true });
      await page.keyboard.press('Space');
      await page.getByText('2 selected').waitFor();
      await page.keyboard.press('ArrowLeft');
      await expect.poll(focused).toMatchObject({ nth: 998, control: 'input' });
      await page.keyboard.press('ArrowUp');
      await expect.poll(async () => (await focused()).nth).toBeLessThan(998);
      await page.keyboard.press('ArrowDown');
      await expect.poll(async () => (await focused()).nth).toBeGreaterThan(996);
      await page.keyboard.press('Home');
      await expect.poll(focused).toMatchObject({ nth: 0, isInView: true });
      expect(await page.getByLabel('Select number 0.jpg').isChecked()).toBe(true);
      await page.getByRole('button', { name: 'Select all' }).click();
      await page.getByText('1,000 selected').waitFor();
      expect(await tiles()).toBeLessThan(MOST_TILES);
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
      await page.locator('.card[aria-posinset="500"]').waitFor();
      expect(await page.locator('.card input:not(:checked)').count()).toBe(0);
      await page.getByRole('button', { name: 'Clear' }).click();
    });

    test('moves nothing by itself, neither at first nor while one goes through it', async () => {
      expect(shiftAtFirst).toBeLessThan(0.01);
      expect((await page.evaluate(readLayoutShift)) - shiftBefore).toBeLessThan(0.01);
    });
  });

  test('tells how many there are, and among how many it has looked', async () => {
    await page.goto(`${console.url}/images`);
    const count = page.locator('.page-head .count');
    await count.filter({ hasText: /^100 so far$/ }).waitFor();
    await listAllImages(page, IMAGES);
    expect(await count.innerText()).toBe('1,000');
    await page.goto(`${console.url}/images?search=${encodeURIComponent('number 77')}`);
    await count.filter({ hasText: /^11 of 1,000 so far$/ }).waitFor();
  });

  test('no policy was violated and no code failed, all along', () => {
    expect(watched.complaints).toEqual([]);
  });
});

function countInView(): number {
  return [...document.querySelectorAll('.card')].filter((tile) => {
    const { top, bottom } = tile.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }).length;
}
