import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Point } from '../../web/image/viewport.ts';
import {
  type ConsoleBrowser,
  chooseModels,
  openConsole,
  registerBy,
  type WatchedPage,
  watchDesktop,
} from '../helpers/console-browser.ts';
import { findChromium } from '../helpers/find-chromium.ts';
import { needs } from '../helpers/needs.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { canvasPoint, pictureAsText, pictureColour } from './picture-canvas.ts';

const chromium = findChromium();
const MARKUP = '"><img src=x onerror=window.hit=1>\u202Egnp.jpg';

describe('the console in a browser', () => {
  needs(chromium !== undefined, 'Chromium is');
  let console: ConsoleBrowser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    if (chromium === undefined) return;
    console = await openConsole(chromium);
    watched = await watchDesktop(console);
    page = watched.page;
  }, 120_000);
  afterAll(() => console?.close());

  test('from an account to the objects in a picture, told live', async () => {
    await registerBy(page, console.url);
    await page.getByRole('button', { name: 'Try this one' }).click();
    await page.locator('.card-link').first().click();
    await page
      .getByText('8 of 8 shown')
      .or(page.getByText(/\d+ of \d+ shown/))
      .first()
      .waitFor();
    await expect.poll(() => page.locator('.detections tbody tr').count()).toBeGreaterThan(4);
  });

  test('the overlay lies where the mask is, and not beside it', async () => {
    const colours = async () => [
      await pictureColour(page, { x: 655, y: 244 }),
      await pictureColour(page, { x: 20, y: 20 }),
    ];
    const [inside, beside] = await colours();
    await page.getByRole('button', { name: 'Masks' }).click();
    await expect.poll(async () => (await colours())[0]).not.toEqual(inside);
    expect((await colours())[1]).toEqual(beside);
    await page.getByRole('button', { name: 'Masks' }).click();
    await expect.poll(colours).toEqual([inside, beside]);
  });

  test('who points in the table points in the picture, and who clicks the picture selects in the table', async () => {
    const row = page.locator('.detections tbody tr', { hasText: 'lemon' });
    const { x, y } = await canvasPoint(page, { x: 600, y: 225 });
    await page.mouse.click(x, y);
    await expect.poll(() => row.getAttribute('data-selected')).toBe('true');
    expect(new URL(page.url()).searchParams.get('selected')).toBe('0');
    await page.keyboard.press('Escape');
    await expect.poll(() => row.getAttribute('data-selected')).toBe('false');
    await page.mouse.move(0, 0);
    const before = await pictureColour(page, { x: 600, y: 225 });
    await row.hover();
    await expect.poll(() => pictureColour(page, { x: 600, y: 225 })).not.toEqual(before);
  });

  test('Space presses what has the focus: a tool, a button beside the picture, a box in a dialog, a menu', async () => {
    const masks = page.getByRole('button', { name: 'Masks' });
    for (const isShown of ['false', 'true']) {
      await masks.press('Space');
      await expect.poll(() => masks.getAttribute('aria-pressed')).toBe(isShown);
    }
    await page.getByRole('button', { name: 'Analyse again' }).press('Space');
    const dialog = page.getByRole('dialog');
    const box = dialog.getByLabel('segmentry-food', { exact: true });
    await box.waitFor();
    const isChosen = await box.isChecked();
    await box.press('Space');
    expect(await box.isChecked()).toBe(!isChosen);
    await dialog.getByRole('button', { name: 'Close' }).press('Space');
    await dialog.waitFor({ state: 'detached' });
    const menu = page.locator('summary[aria-label="Your account"]');
    await menu.press('Space');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await menu.press('Space');
    await page.getByRole('button', { name: 'Sign out' }).waitFor({ state: 'hidden' });
  });

  test('while Space is held a press moves the picture, until the window is left', async () => {
    const canvas = page.locator('canvas.picture');
    const { x, y } = await canvasPoint(page, { x: 20, y: 20 });
    // What had the focus would take Space for itself.
    await page.mouse.click(x, y);
    for (const key of ['r', '+', '+', '+']) await page.keyboard.press(key);
    await page.keyboard.down('Space');
    const before = await canvas.getAttribute('data-x');
    await drag(page, { x: x + 300, y: y + 100 }, { x: x + 200, y: y + 100 });
    await expect.poll(() => canvas.getAttribute('data-x')).not.toBe(before);
    await page.evaluate(() => dispatchEvent(new Event('blur')));
    await drag(page, { x: x + 300, y: y + 100 }, { x: x + 200, y: y + 100 });
    await page.getByText(/It is .* pixels long/).waitFor();
    await page.keyboard.up('Space');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    for (const key of ['r', '0']) await page.keyboard.press(key);
  });

  test('classes and confidence are filtered without another request', async () => {
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const rows = page.locator('.detections tbody tr');
    const all = await rows.count();
    const chip = page.getByRole('button', { name: /^lemon/ }).first();
    await chip.click();
    await expect.poll(() => rows.count()).toBe(all - 1);
    await chip.click();
    await expect.poll(() => rows.count()).toBe(all);
    await page.getByRole('slider', { name: 'Confidence from' }).fill('0.9');
    await expect.poll(() => rows.count()).toBeLessThan(all);
    await page.getByRole('slider', { name: 'Confidence from' }).fill('0');
    await expect.poll(() => rows.count()).toBe(all);
    expect(requests.filter((url) => url.includes('/v1/'))).toEqual([]);
  });

  test('a line of known length gives every area in cm², as by hand', async () => {
    const pixels = await readArea(page, 'lemon');
    await page.getByRole('button', { name: 'Set the scale' }).click();
    const from = await canvasPoint(page, { x: 100, y: 600 });
    const to = await canvasPoint(page, { x: 400, y: 600 });
    await drag(page, from, to);
    const told = await page.getByText(/It is .* pixels long/).innerText();
    const lengthPx = Number(told.match(/[\d.]+/)?.[0]);
    expect(lengthPx).toBeCloseTo(300, -1);
    await page.getByLabel('Length').fill('10');
    await page.getByRole('button', { name: 'Set the scale' }).last().click();
    await expect.poll(() => readArea(page, 'lemon')).toBeCloseTo(pixels / (lengthPx / 10) ** 2, 0);
    const cm2 = await readArea(page, 'lemon');
    await page.reload();
    await expect.poll(() => readArea(page, 'lemon')).toBe(cm2);
  });

  test('two models are compared on the same picture, side by side', async () => {
    await page.getByRole('button', { name: 'Analyse again' }).click();
    const dialog = page.getByRole('dialog');
    await chooseModels(dialog, ['segmentry-food-int8']);
    await dialog.getByRole('button', { name: 'Analyse' }).click();
    // Told live: nobody goes anywhere, or asks for it.
    await page
      .getByLabel('Analysis')
      .locator('option', { hasText: 'segmentry-food-int8' })
      .waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByLabel('Right of the divider').waitFor();
    expect(new URL(page.url()).searchParams.get('compare')).toMatch(/^job_/);
    const divider = page.getByRole('slider', { name: 'Divider' });
    const drawn = async (share: string) => {
      await divider.fill(share);
      return pictureAsText(page);
    };
    // As soon as the second result has come.
    await expect.poll(async () => (await drawn('0.98')) === (await drawn('0.02'))).toBe(false);
    await page.getByRole('button', { name: 'Compare' }).click();
  });

  test.each(['PNG', 'JSON', 'CSV', 'COCO', 'YOLO'])('a %s is downloaded', async (kind) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: kind, exact: true }).click(),
    ]);
    const bytes = readFileSync(await download.path());
    expect(bytes.byteLength).toBeGreaterThan(100);
    if (kind === 'COCO') expect(JSON.parse(bytes.toString()).annotations.length).toBeGreaterThan(3);
  });

  test('names with markup are text, wherever they stand', async () => {
    await page.goto(`${console.url}/datasets`);
    await page.getByRole('button', { name: 'Make a dataset' }).click();
    await page.getByLabel('Name', { exact: true }).fill('<b onmouseover=alert(1)>bold</b>');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('<b onmouseover=alert(1)>bold</b>').waitFor();
    await page.getByRole('button', { name: 'Upload' }).click();
    const buffer = readFileSync(sampleFile('table-2.jpg'));
    await page.locator('.drop-zone input').setInputFiles({ name: MARKUP, mimeType: 'image/jpeg', buffer });
    await page.getByRole('dialog').getByRole('button', { name: 'Upload' }).click();
    await page.locator('.card-link', { hasText: 'onerror' }).waitFor();
    expect(await page.locator('.card-link', { hasText: 'onerror' }).innerText()).toContain(MARKUP);
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
  });

  test('a file that is no picture says so beside its name', async () => {
    await page.getByRole('button', { name: 'Upload' }).click();
    const buffer = Buffer.from('this is no picture');
    await page
      .locator('.drop-zone input')
      .setInputFiles({ name: 'notes.jpg', mimeType: 'image/jpeg', buffer });
    await page.getByRole('dialog').getByRole('button', { name: 'Upload' }).click();
    await page.locator('.running-failed', { hasText: 'notes.jpg' }).waitFor();
  });

  test('a key is shown once, and a revoked one is gone', async () => {
    await page.goto(`${console.url}/keys`);
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('nightly');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText(/^sk_/).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Revoke nightly' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('heading', { name: 'No keys yet' }).waitFor();
  });

  test('no policy was violated and no code failed, all along', () => {
    expect(watched.complaints).toEqual([]);
  });
});

async function drag(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
}

async function readArea(page: Page, name: string): Promise<number> {
  const text = await page.locator('.detections tbody tr', { hasText: name }).locator('td').nth(2).innerText();
  return Number(text.replace(/[^\d.]|²/g, ''));
}
