import { randomUUID } from 'node:crypto';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { buildConsole } from '../../localstack/console/build-console.ts';
import { serveConsole } from '../../localstack/console/serve-console.ts';
import type {} from './deployment.ts';

export interface ConsoleBrowser {
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** The console of the deployment, and a browser to look at it with. */
export async function openConsole(executablePath: string): Promise<ConsoleBrowser> {
  const { apiUrl, liveUrl, endpointUrl } = inject('deployment');
  const folder = await buildConsole();
  const pages = await serveConsole({ folder, apiUrl, liveUrl, bucketOrigin: endpointUrl });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    url: pages.url,
    browser,
    async close() {
      await browser.close();
      await pages.close();
    },
  };
}

export interface WatchedPage {
  readonly page: Page;
  /** What the browser complained of: violated policies, errors of the page's own code. */
  readonly complaints: readonly string[];
}

export async function watchPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  return { page, complaints };
}

/** A page on a desktop's screen that may save files. */
export async function watchDesktop({ browser }: ConsoleBrowser): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  const watched = await watchPage(context);
  watched.page.setDefaultTimeout(60_000);
  return watched;
}

/** Makes an account by the console's own form. */
export async function registerBy(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Make an account' }).click();
  await page.getByLabel('Email').fill(`console-${randomUUID()}@example.org`);
  await page.getByLabel('Password').fill('four unrelated words');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Drop a picture' }).waitFor();
}

/** Signs in by the console's own form, wherever it stands. */
export async function signInBy(
  page: Page,
  url: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

/** Chooses files in the upload dialog and sends them, to be looked at by these models. */
export async function uploadBy(
  page: Page,
  files: readonly { name: string; mimeType: string; buffer: Buffer }[],
  models: readonly string[] = [],
): Promise<void> {
  await page.getByRole('button', { name: 'Upload' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Files').setInputFiles([...files]);
  await chooseModels(dialog, models);
  await dialog.getByRole('button', { name: /^Upload/ }).click();
}

/** The model that every deployment of tests has: once it is there, all are. */
const SHIPPED = 'segmentry-food';

/** Ticks these models in a dialog, and no other. */
export async function chooseModels(dialog: Locator, models: readonly string[]): Promise<void> {
  await dialog.getByLabel(SHIPPED, { exact: true }).waitFor();
  for (const box of await dialog.getByRole('checkbox', { checked: true }).all()) await box.uncheck();
  for (const model of models) await dialog.getByLabel(model, { exact: true }).check();
}
