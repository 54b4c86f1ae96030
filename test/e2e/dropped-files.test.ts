import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConsoleBrowser, openConsole, signInBy, watchDesktop } from '../helpers/console-browser.ts';
import { findChromium } from '../helpers/find-chromium.ts';
import { needs } from '../helpers/needs.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const chromium = findChromium();

describe('files that are dropped', () => {
  needs(chromium !== undefined, 'Chromium is');
  let console: ConsoleBrowser;
  let page: Page;
  const listed = () => page.getByRole('dialog').locator('.files bdi').allTextContents();

  beforeAll(async () => {
    if (chromium === undefined) return;
    console = await openConsole(chromium);
    page = (await watchDesktop(console)).page;
    await signInBy(page, console.url, await createTestUser());
  }, 120_000);
  afterAll(() => console?.close());

  test('while the dialog is open are those that it sends', async () => {
    await page.getByRole('button', { name: 'Upload' }).first().click();
    await page.getByRole('dialog').waitFor();
    for (const name of ['first.jpg', 'second.jpg']) {
      await page.evaluate((name) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], name, { type: 'image/jpeg' }));
        dispatchEvent(new DragEvent('drop', { dataTransfer }));
      }, name);
      await expect.poll(listed).toEqual([name]);
    }
    await page.keyboard.press('Escape');
  });

  test('with a folder come without what the system keeps in it for itself', async () => {
    await page.evaluate(() => {
      // A script can put no folder into a drop: this is one as the browser gives it.
      const files = ['.DS_Store', 'table.jpg'].map((name) => ({
        isFile: true,
        file: (give: (file: File) => void) => give(new File(['x'], name)),
      }));
      const batches = [files, []];
      const folder = {
        isFile: false,
        createReader: () => ({
          readEntries: (give: (entries: unknown) => void) => give(batches.shift()),
        }),
      };
      const dataTransfer = { types: ['Files'], items: [{ webkitGetAsEntry: () => folder }] };
      dispatchEvent(Object.assign(new Event('drop'), { dataTransfer }));
    });
    await expect.poll(listed).toEqual(['table.jpg']);
  });
});
