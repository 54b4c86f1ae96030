import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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
import { manyDetections } from './many-detections.ts';

const chromium = findChromium();

const { image, job, result } = manyDetections({ width: 200, height: 100, count: 3 });
const OTHER = { ...job, id: 'job_other', model: 'other@1' };
const BATCH = {
  id: 'bat_1',
  status: 'running',
  jobs: 0,
  counts: { queued: 0, running: 1, succeeded: 0, failed: 0, canceled: 0 },
  models: ['food@1'],
  createdAt: '2026-01-01T00:00:00.000Z',
};
const refusal = { status: 400, json: { code: 'odd', detail: 'That was odd.', status: 400 } };

describe('an answer that does not come, or comes late', () => {
  needs(chromium !== undefined, 'Chromium is');
  let console: ConsoleBrowser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    if (chromium === undefined) return;
    console = await openConsole(chromium);
    watched = await watchDesktop(console);
    page = watched.page;
    await signInBy(page, console.url, await createTestUser());
  }, 120_000);
  afterEach(() => page?.unrouteAll());
  afterAll(() => console?.close());

  test('a list that could not be read is not taken for an empty one by who searches in it', async () => {
    await page.route('**/v1/images?*', (route) => route.fulfill(refusal));
    await page.goto(`${console.url}/images`);
    const told = page.getByRole('alert').filter({ hasText: 'That was odd.' });
    await told.waitFor();
    await page.getByLabel('Search images by name').fill('table');
    await page.getByRole('button', { name: 'Remove filter Name: table' }).waitFor();
    // Whatever is to be read on is read by now.
    await page.waitForLoadState('networkidle');
    expect(await page.getByText('Nothing fits').count()).toBe(0);
    expect(await told.count()).toBe(1);
  });

  test('what one analysis found does not stand for another, whose result could not be fetched', async () => {
    await page.route(`**/v1/images/${image.id}`, (route) =>
      route.fulfill({ json: { ...image, jobs: [job, OTHER] } }),
    );
    await page.route(`**/v1/images/${image.id}/file`, (route) => route.fulfill(refusal));
    await page.route(`**/v1/jobs/${job.id}/result`, (route) => route.fulfill({ json: result }));
    await page.route(`**/v1/jobs/${OTHER.id}/result`, (route) => route.fulfill(refusal));
    await page.goto(`${console.url}/images/${image.id}?job=${job.id}`);
    const found = page.getByText('3 of 3 shown');
    await found.waitFor();
    const asked = page.waitForResponse(`**/v1/jobs/${OTHER.id}/result`);
    await page.getByLabel('Analysis').selectOption(OTHER.id);
    await asked;
    await expect.poll(() => found.count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Download' }).count()).toBe(0);
  });

  test('a batch that ends while it is fetched is shown as ended', async () => {
    const told = Promise.withResolvers<void>();
    await page.routeWebSocket('**/live*', (socket) => {
      socket.onMessage((text) => {
        const { action, topics } = JSON.parse(String(text));
        if (action !== 'subscribe' || !topics.includes('batch:bat_1')) return;
        const data = {
          id: 'bat_1',
          status: 'finished',
          counts: { ...BATCH.counts, running: 0, succeeded: 1 },
        };
        socket.send(JSON.stringify({ topic: 'batch:bat_1', type: 'snapshot', sequence: 1, data }));
        told.resolve();
      });
    });
    await page.route('**/v1/batches/bat_1/jobs*', (route) =>
      route.fulfill({ json: { items: [], next: null } }),
    );
    await page.route('**/v1/batches/bat_1', async (route) => {
      // Read before the end, and longer on its way than what is told of it.
      await told.promise;
      await route.fulfill({ json: BATCH });
    });
    await page.goto(`${console.url}/batches/bat_1`);
    await page.locator('main .status').getByText('finished').waitFor({ timeout: 15_000 });
  });

  test('an address that no browser can read leads to a page that says so', async () => {
    await page.goto(`${console.url}/images`);
    await page.evaluate(() => {
      history.pushState(null, '', '/images/100%');
      dispatchEvent(new PopStateEvent('popstate'));
    });
    await page.getByText("This image can't be shown").waitFor({ timeout: 15_000 });
    expect(watched.complaints).toEqual([]);
  });
});
