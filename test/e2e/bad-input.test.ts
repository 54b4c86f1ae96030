import { readFileSync } from 'node:fs';
import type { BrowserContext, Page, Route } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type ConsoleBrowser,
  openConsole,
  signInBy,
  uploadBy,
  type WatchedPage,
  watchPage,
} from '../helpers/console-browser.ts';
import { findChromium } from '../helpers/find-chromium.ts';
import { needs } from '../helpers/needs.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { createTestUser, type TestUser } from '../helpers/signed-in.ts';
import { manyDetections } from './many-detections.ts';
import { listAllImages } from './many-images.ts';
import { drawnPicture } from './picture-canvas.ts';

const chromium = findChromium();
const PICTURE = readFileSync(sampleFile('table-2.jpg'));
/** The same bytes would be the same image; what stands behind the end of a JPEG is no part of the picture. */
const picture = (name: string) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: Buffer.concat([PICTURE, Buffer.from(name)]),
});

/** Right-to-left override, isolates and an unclosed tag: whoever shows them as they are turns the page round. */
const HOSTILE = '"><img src=x onerror=window.hit=1>\u202Egnp.\u2067jpg';
const LONG = `${'w'.repeat(296)}.jpg`;

const problem = (status: number, code: string, detail: string, headers = {}) => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ type: 'about:blank', title: code, status, code, detail, requestId: 'r' }),
});

describe('bad input to the console', () => {
  needs(chromium !== undefined, 'Chromium is');
  let console: ConsoleBrowser;
  let user: TestUser;
  let context: BrowserContext;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    if (chromium === undefined) return;
    console = await openConsole(chromium);
    user = await createTestUser();
  }, 120_000);
  afterAll(() => console?.close());
  beforeEach(async () => {
    if (chromium === undefined) return;
    context = await console.browser.newContext({ viewport: { width: 1280, height: 800 } });
    watched = await watchPage(context);
    page = watched.page;
    page.setDefaultTimeout(30_000);
    await signInBy(page, console.url, user);
  });
  afterEach(async () => {
    expect(watched.complaints).toEqual([]);
    await context.close();
  });

  test('names with markup, marks that turn text round, and 300 characters are text that stays in its place', async () => {
    await user.call('POST /v1/datasets', { json: { name: HOSTILE, tags: ['<i>tag</i>\u202E'] } });
    await uploadBy(page, [picture(HOSTILE), picture(LONG)]);
    const hostile = page.locator('.card-link', { hasText: 'onerror' });
    await hostile.waitFor();
    expect(await hostile.locator('bdi').first().innerText()).toBe(HOSTILE);
    await page.locator('.card-link', { hasText: 'wwww' }).waitFor();
    for (const path of ['/images', '/datasets', (await hostile.getAttribute('href')) ?? '']) {
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(console.url + path);
        await page.locator('.card-link, .plain-card, .panel-title', { hasText: 'onerror' }).first().waitFor();
        expect(await isWiderThanWindow(page), `${path} at ${width}`).toBe(false);
      }
    }
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
  });

  test('a session that ends in the middle of 50 uploads loses none of them', async () => {
    const stored = new Set<string>();
    let isExpired = false;
    const expire = (route: Route) => route.fulfill(problem(401, 'invalid_refresh_token', 'Log in again.'));
    await page.route('**/v1/images?*', (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      if (isExpired) return route.fulfill(problem(401, 'token_invalid', 'The token is expired.'));
      stored.add(route.request().headers()['idempotency-key'] ?? '');
      if (stored.size === 20) isExpired = true;
      return route.fulfill({ status: 202, json: { image: { id: `image-${stored.size}` }, jobs: [] } });
    });
    await page.route('**/v1/sessions/refresh', expire);
    await uploadBy(
      page,
      Array.from({ length: 50 }, (_, index) => picture(`${index}.jpg`)),
    );
    await page.getByText('Your session has ended').waitFor();
    expect(stored.size).toBe(20);
    isExpired = false;
    await page.unroute('**/v1/sessions/refresh', expire);
    await page.getByLabel('Email').fill(user.email);
    await page.getByLabel('Password').fill(user.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => stored.size, { timeout: 60_000 }).toBe(50);
    await expect.poll(() => page.locator('.running-failed').count()).toBe(0);
  });

  test('an upload that a reload interrupts goes on by itself', async () => {
    let isHeld = true;
    const keys: string[] = [];
    await page.route('**/v1/images?*', (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.push(route.request().headers()['idempotency-key'] ?? '');
      // Held: neither answered nor refused, until the page is gone.
      return isHeld ? undefined : route.continue();
    });
    await uploadBy(page, [picture('interrupted.jpg')]);
    await expect.poll(() => keys.length).toBe(1);
    isHeld = false;
    await page.reload();
    await page.locator('.card-link', { hasText: 'interrupted.jpg' }).waitFor();
    expect(new Set(keys).size).toBe(1);
    await page.reload();
    await page.locator('.card-link', { hasText: 'interrupted.jpg' }).waitFor();
    expect(await page.locator('.card-link', { hasText: 'interrupted.jpg' }).count()).toBe(1);
    expect(await page.locator('.running').count()).toBe(0);
  });

  test.each([
    ['429, then comes through', 1, 'Too many requests', undefined],
    ['402', 99, 'There are not enough credits', /not enough credits/],
    ['500 without words', 99, '', /has a fault at the moment \(500\)/],
    ['nothing at all', 99, '', /can't be reached/],
  ])('a server that answers %s is told beside the file', async (name, times, detail, words) => {
    let left = times;
    await page.route('**/v1/images?*', (route) => {
      if (route.request().method() !== 'POST' || left-- <= 0) return route.continue();
      if (name.startsWith('429'))
        return route.fulfill(problem(429, 'too_many', detail, { 'retry-after': '1' }));
      if (name === '402') return route.fulfill(problem(402, 'insufficient_credits', detail));
      return name.startsWith('500') ? route.fulfill({ status: 500, body: 'oops' }) : route.abort();
    });
    await uploadBy(page, [picture(`fault ${name}.jpg`)]);
    if (words === undefined) await page.locator('.card-link', { hasText: `fault ${name}` }).waitFor();
    else {
      const card = page.locator('.running-failed', { hasText: words });
      await card.waitFor();
      left = 0;
      await card.getByRole('button', { name: 'Try again' }).click();
      await page.locator('.card-link', { hasText: `fault ${name}` }).waitFor();
    }
  });

  test('a page whose list fails says so, and tries again', async () => {
    const fail = (route: Route) => route.fulfill({ status: 500, body: '' });
    await page.route('**/v1/datasets*', fail);
    await page.goto(`${console.url}/datasets`);
    const told = page.getByRole('alert').filter({ hasText: 'has a fault at the moment' });
    await told.waitFor();
    await page.unroute('**/v1/datasets*', fail);
    await told.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.plain-card, .empty').first().waitFor();
    await expect.poll(() => told.count()).toBe(0);
  });

  test('two tabs: who signs out in one is out of the other, and who comes in is in both', async () => {
    const other = await context.newPage();
    await other.goto(`${console.url}/keys`);
    await other.getByRole('heading', { name: 'API keys' }).waitFor();
    await page.goto(`${console.url}/account`);
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Sign in to Segmentry' }).waitFor();
    await signInBy(page, console.url, user);
    await other.getByRole('heading', { name: 'API keys' }).waitFor();
  });

  test('back and forth go through what was looked at, filters too', async () => {
    await page.goto(`${console.url}/images?search=fault`);
    await page.locator('.card-link').first().click();
    await page.locator('canvas.picture').waitFor();
    await page.getByRole('link', { name: 'Batches' }).click();
    await page.getByRole('heading', { name: 'Batches', exact: true }).waitFor();
    await page.goBack();
    await page.locator('canvas.picture').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Remove filter Name: fault' }).waitFor();
    await page.goForward();
    await page.locator('canvas.picture').waitFor();
  });

  test('a picture of 50 megapixels with 5,000 detections is shown, hit and listed', async () => {
    const { image, job, result } = manyDetections({ width: 8660, height: 5774, count: 5_000 });
    const bytes = await sharp({ create: { ...image, channels: 3, background: '#4477aa' } })
      .jpeg({ quality: 40 })
      .toBuffer();
    await page.route(`**/v1/images/${image.id}`, (route) =>
      route.fulfill({ json: { ...image, jobs: [job] } }),
    );
    await page.route(`**/v1/images/${image.id}/file`, (route) =>
      route.fulfill({ body: bytes, contentType: 'image/jpeg' }),
    );
    await page.route(`**/v1/jobs/${job.id}/result`, (route) => route.fulfill({ json: result }));
    await page.goto(`${console.url}/images/${image.id}`);
    await page.getByText('5,000 of 5,000 shown').waitFor();
    expect(await page.locator('.detections tbody tr').count()).toBeLessThan(100);
    const frame = page.getByRole('region', { name: 'Detections' });
    await frame.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await frame.locator('tr[aria-rowindex="5001"]').waitFor();
    const box = await drawnPicture(page).boundingBox();
    for (const factor of [-400, -400, 300]) {
      await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 300);
      await page.mouse.wheel(0, factor);
    }
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
    await expect.poll(() => new URL(page.url()).searchParams.get('selected')).not.toBeNull();
    await frame.locator('tr[data-selected="true"]').waitFor();
  });

  test('a batch of 1,000 is a list of which only the rows in view are there', async () => {
    const jobs = Array.from({ length: 1_000 }, (_, index) => ({
      ...manyDetections({ width: 10, height: 10, count: 1 }).job,
      id: `job_${index}`,
    }));
    const counts = { queued: 0, running: 0, succeeded: 1_000, failed: 0, canceled: 0 };
    const batch = { id: 'bat_1', status: 'finished', counts, jobs: 1_000, models: ['m@1'], options: {} };
    await page.route('**/v1/batches/bat_1', (route) =>
      route.fulfill({ json: { ...batch, createdAt: new Date().toISOString(), links: {} } }),
    );
    await page.route('**/v1/batches/bat_1/jobs*', (route) => {
      const start = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
      const next = start + 100 < jobs.length ? String(start + 100) : null;
      return route.fulfill({ json: { items: jobs.slice(start, start + 100), next } });
    });
    await page.goto(`${console.url}/batches/bat_1`);
    const list = page.getByRole('region', { name: 'Jobs' });
    await list.locator('li[aria-setsize="1000"]').first().waitFor();
    expect(await list.locator('li').count()).toBeLessThan(60);
    await list.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await list.locator('li[aria-posinset="990"]').waitFor();
    // Tab goes on from the focused row, out of view though it is, and through all of them.
    await list.evaluate((element) => {
      element.scrollTop = 0;
    });
    await list.locator('li[aria-posinset="1"] a').focus();
    for (let press = 0; press < 60; press++) await page.keyboard.press('Tab');
    await list.locator('li[aria-posinset="61"] a:focus').waitFor();
    await list.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await list.locator('li[aria-posinset="990"]').waitFor();
    await page.keyboard.press('Tab');
    await list.locator('li[aria-posinset="62"] a:focus').waitFor();
  });

  test('images come as one goes down the page; a filter says among how many it has looked', async () => {
    const total = 1_200;
    const { image } = manyDetections({ width: 10, height: 10, count: 1 });
    const imageAt = (index: number) => ({ ...image, id: `image-${index}`, filename: `number ${index}.jpg` });
    await page.route('**/v1/images?*', (route) => {
      const start = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
      const items = Array.from({ length: 100 }, (_, index) => imageAt(start + index));
      return route.fulfill({ json: { items, next: start + 100 < total ? String(start + 100) : null } });
    });
    await page.route('**/v1/images/*/thumbnail.webp', (route) =>
      route.fulfill({ body: PICTURE, contentType: 'image/jpeg' }),
    );
    await page.goto(`${console.url}/images`);
    const cards = page.locator('.card-link');
    await page.getByText('100 so far').waitFor();
    await listAllImages(page, total);
    expect(await page.locator('.page-head .count').innerText()).toBe('1,200');
    await page.goto(`${console.url}/images?search=${encodeURIComponent('number 1150')}`);
    await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
    await page.getByText('Looked through your newest 1,000 images').waitFor();
    await page.getByRole('button', { name: 'Look through older ones' }).click();
    await cards.filter({ hasText: 'number 1150.jpg' }).waitFor();
    expect(await page.getByText('Looked through your newest').count()).toBe(0);
  });

  test('where no live states are told, the page asks', async () => {
    await page.routeWebSocket(/\/live/, (socket) => socket.close());
    await page.goto(`${console.url}/images`);
    await uploadBy(page, [picture('unheard.jpg')], ['segmentry-food']);
    await page.locator('.card-link', { hasText: 'unheard.jpg' }).click();
    await page.getByText(/\d+ of \d+ shown/).waitFor({ timeout: 60_000 });
  });
});

const isWiderThanWindow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
