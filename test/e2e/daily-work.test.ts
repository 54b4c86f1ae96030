import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { BoxDocument } from '../../core/contracts/result-document.ts';
import {
  type ConsoleBrowser,
  chooseModels,
  openConsole,
  signInBy,
  uploadBy,
  type WatchedPage,
  watchDesktop,
} from '../helpers/console-browser.ts';
import { findChromium } from '../helpers/find-chromium.ts';
import { makeVideo } from '../helpers/make-video.ts';
import { needs } from '../helpers/needs.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { createTestAdmin, createTestUser, type TestUser } from '../helpers/signed-in.ts';
import { addModel, manifestOf, tinyModel } from '../helpers/tiny-models.ts';
import { startReceiver, verify } from '../helpers/webhook-receiver.ts';
import { lookAtPage } from './look-at-page.ts';
import { OPENED } from './open-dialogs.ts';
import { canvasPoint, pictureAsText } from './picture-canvas.ts';

const chromium = findChromium();
const sample = (name: string) => ({ name, mimeType: 'image/jpeg', buffer: readFileSync(sampleFile(name)) });
const FOOD = 'segmentry-food';

describe('daily work in the console', () => {
  needs(chromium !== undefined, 'Chromium is');
  let console: ConsoleBrowser;
  let admin: TestUser;
  let watched: WatchedPage;
  let page: Page;
  const goTo = (path: string) => page.goto(console.url + path);
  const cards = () => page.locator('.card-link');

  beforeAll(async () => {
    if (chromium === undefined) return;
    console = await openConsole(chromium);
    admin = await createTestAdmin();
    watched = await watchDesktop(console);
    page = watched.page;
    await admin.call('POST /v1/datasets', { json: { name: 'Lunch & dinner', tags: ['food'] } });
    await signInBy(page, console.url, admin);
  }, 120_000);
  afterAll(() => console?.close());

  test('uploads go into the dataset that is looked at, which the address calls by its name', async () => {
    await goTo('/datasets');
    await page.getByRole('link', { name: 'Lunch & dinner' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('dataset')).toBe('Lunch & dinner');
    await uploadBy(page, [sample('table-1.jpg'), sample('table-3.jpg')], [FOOD]);
    await expect.poll(() => cards().count(), { timeout: 90_000 }).toBe(2);
    await goTo('/images');
    await uploadBy(page, [sample('table-2.jpg')]);
    await expect.poll(() => cards().count(), { timeout: 60_000 }).toBe(3);
  });

  test('images are filtered by name, tag, what was found, status and date, each by a chip that goes', async () => {
    const counted = async (query: string) => {
      await goTo(`/images?${query}`);
      await page.locator('.card-link, .empty').first().waitFor();
      return cards().count();
    };
    const twoDaysAgo = new Date(Date.now() - 172_800_000).toISOString().slice(0, 10);
    for (const [query, count] of [
      ['search=TABLE-2', 1],
      ['tag=food', 2],
      ['status=succeeded', 2],
      ['class=carrot', 1],
      ['status=none', 1],
      ['status=succeeded&class=lemon', 1],
      ['to=2020-01-01', 0],
      [`from=${twoDaysAgo}`, 3],
    ] as const) {
      // As soon as both of the dataset have been looked at.
      await expect.poll(() => counted(query), { message: query, timeout: 60_000 }).toBe(count);
    }
    await goTo('/images');
    await page.getByLabel('Filter by found').selectOption('carrot');
    await expect.poll(() => cards().count()).toBe(1);
    await page.getByRole('button', { name: 'Remove filter Found: carrot' }).click();
    await expect.poll(() => cards().count()).toBe(3);
  });

  test('one goes from picture to picture in the order of the list, and back to it', async () => {
    await goTo('/images?tag=food');
    await cards().first().click();
    await page.locator('canvas.picture').waitFor();
    const first = page.url();
    // Disabled are both until it is known what is beside it.
    await expect.poll(() => page.getByRole('button', { name: 'Next' }).isEnabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Previous' }).isDisabled()).toBe(true);
    await page.keyboard.press('n');
    await expect.poll(() => page.url()).not.toBe(first);
    expect(new URL(page.url()).searchParams.get('tag')).toBe('food');
    await page.locator('canvas.picture').waitFor();
    await page.getByRole('button', { name: 'Previous' }).click();
    await expect.poll(() => page.url()).toBe(first);
    await page.getByRole('link', { name: 'All images' }).click();
    await expect.poll(() => cards().count()).toBe(2);
  });

  test('a thumbnail that is pointed at shows what was found', async () => {
    await goTo('/images?tag=food');
    await cards().first().hover();
    await page.locator('canvas.card-overlay').waitFor();
    await page.mouse.move(0, 0);
    await expect.poll(() => page.locator('canvas.card-overlay').count()).toBe(0);
  });

  test.each([
    ['JSON lines', (text: string) => text.trim().split('\n').length],
    [
      'CSV',
      (text: string) =>
        new Set(
          text
            .trim()
            .split('\r\n')
            .slice(1)
            .map((row) => row.split(',')[0]),
        ).size,
    ],
    ['COCO', (text: string) => JSON.parse(text).images.length],
  ])('a selection is exported as %s', async (format, countImages) => {
    await goTo('/images?tag=food');
    await cards().first().waitFor();
    await page.getByLabel('Select table-1.jpg').check();
    await page.getByRole('button', { name: 'Select all' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByLabel('Export …').selectOption({ label: format }),
    ]);
    expect(countImages(readFileSync(await download.path(), 'utf8'))).toBe(2);
  });

  test('an object of known size gives the scale', async () => {
    await goTo('/images?search=table-1');
    await cards().first().click();
    await page.getByText(/\d+ of \d+ shown/).waitFor();
    const pixels = await readArea(page, 'orange');
    await page.getByRole('button', { name: 'Set the scale' }).click();
    await pressObject(page, 'orange');
    await page.getByLabel('Shape').selectOption('round');
    await page.getByLabel('Diameter in cm').fill('8');
    await page.getByRole('dialog').getByRole('button', { name: 'Set the scale' }).click();
    // A disc of 8 cm; its mask is a little less than its hull.
    await expect.poll(() => readArea(page, 'orange')).toBeLessThanOrEqual(1.001 * Math.PI * 16);
    const [cm2, other] = [await readArea(page, 'orange'), await readArea(page, 'lemon')];
    expect(cm2 / (Math.PI * 16)).toBeGreaterThan(0.93);
    await page.getByRole('radio', { name: 'px' }).click();
    await expect.poll(() => readArea(page, 'orange')).toBe(pixels);
    expect(other / cm2).toBeCloseTo((await readArea(page, 'lemon')) / pixels, 1);
  });

  test('it is analysed again by other options, and the reference object is found by the service', async () => {
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Analyse again' }).click();
    const dialog = page.getByRole('dialog');
    await chooseModels(dialog, [FOOD]);
    await dialog.getByText('Options').click();
    await dialog.getByLabel('Confidence from, in %').fill('90');
    await dialog.getByLabel('Areas in cm²').selectOption('By a round thing of known size');
    await dialog.getByLabel('Its class').selectOption('orange');
    await dialog.getByLabel('Diameter in cm').fill('8');
    await dialog.getByRole('button', { name: 'Analyse' }).click();
    await page.getByText('by the reference object').waitFor();
    await expect.poll(() => page.locator('.detections tbody tr').count()).toBeLessThan(6);
  });

  test('a video: when each class is to be seen, and what is in every analysed frame', async () => {
    const picture = sampleFile('table-1.jpg');
    const args = ['-loop', '1', '-t', '3', '-i', picture, '-vf', 'scale=640:480,format=yuv420p', '-r', '10'];
    const buffer = makeVideo('dinner.mp4', ...args, '-preset', 'ultrafast');
    await uploadBy(page, [{ name: 'dinner.mp4', mimeType: 'video/mp4', buffer }], [FOOD]);
    await goTo('/videos');
    await cards().first().click();
    await page.locator('.lane').first().waitFor({ timeout: 120_000 });
    await expect.poll(() => page.locator('.lane', { hasText: 'orange' }).count()).toBe(1);
    await page.locator('canvas.picture').waitFor();
    await page.getByText(/\d+ of \d+ shown/).waitFor();
    await page.getByRole('button', { name: 'Next analysed frame' }).click();
    await page.getByRole('heading', { name: /In the frame at 0:01/ }).waitFor();
    await expect.poll(() => page.locator('.detections tbody tr').count()).toBeGreaterThan(3);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Timeline as CSV' }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toMatch(/^class,from_seconds,to_seconds\r\n"/);
  });

  test('a model is added from its file, checked, tried on a picture, and disabled', async () => {
    await goTo('/models');
    await page.getByRole('button', { name: 'Add a model' }).click();
    const dialog = page.getByRole('dialog');
    const buffer = Buffer.from(tinyModel('yolov8-segment'));
    const name = `tiny-${Date.now()}`;
    await dialog
      .getByLabel('Weights, as an ONNX file')
      .setInputFiles({ name: `${name}.onnx`, mimeType: 'application/octet-stream', buffer });
    await expect.poll(() => dialog.getByLabel('Name').inputValue()).toBe(name);
    await dialog.getByLabel('Finds').selectOption('Masks and boxes');
    await dialog.getByLabel('Input width in px').fill('64');
    await dialog.getByLabel('Input height in px').fill('64');
    await dialog.getByLabel('Classes in their order, one a line').fill('plate\ncoin');
    await dialog.getByLabel('Licence of the weights').fill('Apache-2.0');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('heading', { name: 'The model is available' }).waitFor({ timeout: 90_000 });
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: `Disable version 1 of ${name}` }).click();
    await page.getByRole('button', { name: `Enable version 1 of ${name}` }).waitFor();
    await page.getByRole('button', { name: `Try on a picture with ${FOOD}`, exact: true }).click();
    await page.getByRole('dialog').getByLabel('Picture').setInputFiles(sample('table-3.jpg'));
    await page.getByText(/\d+ of \d+ shown/).waitFor();
  });

  test('two versions of a model are compared on one picture, on either side of the divider', async () => {
    const weights = tinyModel('yolov8-segment');
    const manifest = manifestOf(weights, { task: 'segment' });
    const { id } = manifest;
    // The second calls everything otherwise, so that each side shows whose result it is.
    await addModel(admin.call, weights, manifest);
    await addModel(admin.call, weights, { ...manifest, version: '2', classes: ['dish', 'token'] });
    await goTo('/images?search=table-2');
    await cards().first().click();
    for (const version of ['1', '2']) {
      await page.getByRole('button', { name: 'Analyse again' }).click();
      const dialog = page.getByRole('dialog');
      await chooseModels(dialog, [id]);
      await dialog.getByLabel(`Version of ${id}`).selectOption({ label: `Version ${version}` });
      await dialog.getByRole('button', { name: 'Analyse' }).click();
      await analysisOf(page, 'Analysis', `${id}@${version}`).waitFor({ state: 'attached', timeout: 90_000 });
    }
    await page.getByText(/\d+ of \d+ shown/).waitFor();
    await selectAnalysis(page, 'Analysis', `${id}@1`);
    await page.locator('.detections tbody tr', { hasText: 'plate' }).first().waitFor();
    await page.getByRole('button', { name: 'Compare' }).click();
    await selectAnalysis(page, 'Right of the divider', `${id}@2`);
    const divider = page.getByRole('slider', { name: 'Divider' });
    const drawn = async (share: string) => {
      await divider.fill(share);
      return pictureAsText(page);
    };
    // As soon as the second result has come.
    await expect.poll(async () => (await drawn('0.02')) === (await drawn('0.98'))).toBe(false);
    await page.reload();
    await page.getByLabel('Right of the divider').waitFor();
    await expect.poll(() => chosenAnalysis(page, 'Analysis')).toContain(`${id}@1`);
    await expect.poll(() => chosenAnalysis(page, 'Right of the divider')).toContain(`${id}@2`);
  });

  test('a webhook is called, its attempts are told, and sent again the receiver hears the same once more', async () => {
    const receiver = await startReceiver(() => ({ status: 200, body: 'heard' }));
    try {
      await goTo('/webhooks');
      await page.getByRole('button', { name: 'Add a webhook' }).click();
      await page.getByLabel('Address').fill(receiver.url);
      await page.getByRole('button', { name: 'Add it' }).click();
      const secret = await page.getByText(/^whsec_/).innerText();
      await page.getByRole('button', { name: 'Send a test' }).click();
      const delivery = page.locator('.deliveries li', { hasText: 'webhook.test' });
      await delivery.filter({ hasText: 'delivered' }).locator('summary').click();
      // Beside them stands when the next one is due, while there is one.
      const attempts = delivery.locator('.timeline li', { has: page.locator('strong') });
      await expect.poll(() => attempts.count()).toBe(1);
      expect(await attempts.first().innerText()).toMatch(/200.*heard/s);
      await delivery.getByRole('button', { name: 'Send it again' }).click();
      await delivery.filter({ hasText: '2 attempts' }).waitFor();
      await expect.poll(() => attempts.count()).toBe(2);
      // What was begun before may end only now, and is told too.
      const calls = receiver.calls.filter(({ event }) => event.type === 'webhook.test');
      const [first, second] = calls;
      expect(calls).toHaveLength(2);
      expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
      expect(second?.body).toBe(first?.body);
      for (const heard of calls) expect(() => verify(heard, secret)).not.toThrow();
      await page.getByRole('button', { name: 'New secret' }).click();
      await page
        .getByText(/^whsec_/)
        .filter({ hasNotText: secret })
        .waitFor();
    } finally {
      await receiver.stop();
    }
  });

  test('admins invite, grant, disable', async () => {
    const guest = await createTestUser();
    await goTo('/admin');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByText(/\/\?invite=/).waitFor();
    await page.getByRole('button', { name: `Change ${guest.email}` }).click();
    await page.getByRole('button', { name: 'Grant credits' }).click();
    await page.getByLabel('Credits', { exact: true }).fill('12.5');
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const { body } = await guest.call('GET /v1/credits/entries');
    expect(body.items[0]).toMatchObject({ kind: 'grant', amount: 12.5 });
    await page.getByRole('button', { name: `Change ${guest.email}` }).click();
    await page.getByRole('button', { name: 'Disable', exact: true }).click();
    await page.getByRole('row', { name: guest.email }).getByText('disabled').waitFor();
    expect((await guest.call('GET /v1/users/me')).status).toBe(401);
  });

  test('axe finds nothing serious on any page, in light and dark', { timeout: 300_000 }, async () => {
    const found: string[] = [];
    for (const [name, path] of Object.entries(await pagesOf(admin))) {
      await goTo(path);
      await page.locator('h1').first().waitFor();
      found.push(...(await lookAtPage(page, name)));
    }
    expect(found).toEqual([]);
  });

  test('nor in any dialog or menu', { timeout: 300_000 }, async () => {
    const { image = '' } = await pagesOf(admin);
    const found: string[] = [];
    for (const [name, { path, open }] of Object.entries(OPENED)) {
      await goTo(path.replace('/images/{image}', image));
      await page.locator('h1').first().waitFor();
      await open(page);
      found.push(...(await lookAtPage(page, name)));
    }
    expect(found).toEqual([]);
  });

  test('nor before one has signed in, nor before there is anything', async () => {
    const newcomer = await createTestUser();
    const context = await console.browser.newContext({ viewport: { width: 1440, height: 900 } });
    const fresh = await context.newPage();
    const found: string[] = [];
    await fresh.goto(console.url);
    await fresh.getByRole('heading', { name: 'Sign in to Segmentry' }).waitFor();
    found.push(...(await lookAtPage(fresh, 'signing-in')));
    await fresh.getByRole('button', { name: 'Make an account' }).click();
    found.push(...(await lookAtPage(fresh, 'registering')));
    await signInBy(fresh, console.url, newcomer);
    await fresh.getByRole('heading', { name: 'Drop a picture' }).waitFor();
    found.push(...(await lookAtPage(fresh, 'first-run')));
    for (const path of ['videos', 'batches', 'datasets', 'webhooks', 'keys', 'credits']) {
      await fresh.goto(`${console.url}/${path}`);
      await fresh.locator('h1').first().waitFor();
      found.push(...(await lookAtPage(fresh, `${path}-empty`)));
    }
    await context.close();
    expect(found).toEqual([]);
  });

  test('the own account: a wrong password changes nothing, the right one does, and it can be deleted', async () => {
    const guest = await createTestUser();
    await goTo('/account');
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Segmentry' }).waitFor();
    await signInBy(page, `${console.url}/account`, guest);
    await changePassword(page, 'not the password at all', 'five words that are new');
    await page.getByRole('alert').waitFor();
    await changePassword(page, guest.password, 'five words that are new');
    await page.getByText('The password is changed').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Ada <b>');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await page.reload();
    await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('Ada <b>');
    await page.getByRole('button', { name: 'Delete the account' }).click();
    await page.getByRole('dialog').getByLabel('Current password').fill('five words that are new');
    await page.getByRole('button', { name: 'Delete it for good' }).click();
    await page.getByRole('heading', { name: 'Sign in to Segmentry' }).waitFor();
    const { status } = await guest.call('POST /v1/sessions', {
      json: { email: guest.email, password: 'five words that are new' },
    });
    expect(status).toBe(401);
  });

  test('no policy was violated and no code failed, all along', () => {
    expect(watched.complaints).toEqual([]);
  });
});

/** A page of every kind, by its name. */
async function pagesOf({ call }: TestUser): Promise<Record<string, string>> {
  const first = async (route: string) => (await call(route)).body.items[0]?.id as string;
  const { body: images } = await call('GET /v1/images');
  const analysed = images.items.find(({ filename }: { filename: string }) => filename === 'table-1.jpg');
  return {
    images: '/images',
    // Of two analyses, which can be compared.
    image: `/images/${analysed.id}`,
    videos: '/videos',
    video: `/videos/${await first('GET /v1/videos')}`,
    batches: '/batches',
    batch: `/batches/${await first('GET /v1/batches')}`,
    datasets: '/datasets',
    models: '/models',
    webhooks: '/webhooks',
    keys: '/keys',
    credits: '/credits',
    admin: '/admin',
    account: '/account',
    'sign-in': '/password-reset?token=x',
    nowhere: '/nowhere',
  };
}

const analysisOf = (page: Page, picker: string, model: string) =>
  page.getByLabel(picker).locator('option', { hasText: model });

async function selectAnalysis(page: Page, picker: string, model: string): Promise<void> {
  const option = analysisOf(page, picker, model);
  await option.waitFor({ state: 'attached' });
  await page.getByLabel(picker).selectOption((await option.getAttribute('value')) ?? '');
}

const chosenAnalysis = (page: Page, picker: string) =>
  page.getByLabel(picker).evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text ?? '');

async function changePassword(page: Page, before: string, after: string): Promise<void> {
  await page.getByLabel('Current password').fill(before);
  await page.getByLabel('New password', { exact: true }).fill(after);
  await page.getByLabel('New password once more').fill(after);
  await page.getByRole('button', { name: 'Change the password' }).click();
}

async function readArea(page: Page, name: string): Promise<number> {
  const text = await page.locator('.detections tbody tr', { hasText: name }).locator('td').nth(2).innerText();
  return Number(text.replace(/[^\d.]|²/g, ''));
}

/** Presses the middle of an object of the first sample in the picture. */
async function pressObject(page: Page, name: string): Promise<void> {
  const { objects } = Truth.parse(JSON.parse(readFileSync(sampleFile('table-1.json'), 'utf8')));
  const box = objects.find((object) => object.class === name)?.box;
  if (box === undefined) throw new Error(`There is no ${name} on the sample.`);
  const { x, y } = await canvasPoint(page, { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 });
  await page.mouse.click(x, y);
}

const Truth = z.object({ objects: z.array(z.object({ class: z.string(), box: BoxDocument })) });
