import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type * as client from '../../client/index.ts';
import { bundleClient } from '../helpers/bundle-client.ts';
import { type ConsoleBrowser, openConsole } from '../helpers/console-browser.ts';
import { findChromium } from '../helpers/find-chromium.ts';
import { needs } from '../helpers/needs.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const chromium = findChromium();

/** What is handed to the page: everything that its programs need. */
interface Given {
  readonly code: string;
  readonly url: string;
  readonly token: string;
  readonly model: string;
  readonly picture: string;
}

// The pages' programs import by a function of their own: an `import` here would be vitest's.
describe('the TypeScript client in a browser', () => {
  needs(chromium !== undefined, 'Chromium is');
  let pages: ConsoleBrowser;
  let page: Page;
  let given: Given;

  beforeAll(async () => {
    if (chromium === undefined) return;
    pages = await openConsole(chromium);
    // The module is handed over as text, which the pages of the console would not let run.
    page = await (await pages.browser.newContext({ bypassCSP: true })).newPage();
    await page.goto(pages.url);
    given = {
      code: await bundleClient(),
      url: pages.url,
      token: (await createTestUser()).accessToken,
      model: inject('deployment').models[0] ?? '',
      picture: readFileSync(sampleFile('table-1.jpg')).toString('base64'),
    };
  }, 240_000);
  afterAll(() => pages?.close());

  test.each([
    ['by requests that stay open', false],
    ['by WebSocket', true],
  ])('analyses a Blob, waited for %s', { timeout: 120_000 }, async (_, isLive) => {
    const found = await page.evaluate(
      async ({ code, url, token, model, picture, live }) => {
        const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
        const { Segmentry } = (await new Function('at', 'return import(at)')(address)) as typeof client;
        const liveUrl = live ? `${url.replace('http', 'ws')}/live` : undefined;
        const segmentry = new Segmentry({ url, token, liveUrl });
        const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
        const { image, jobs, results } = await segmentry.analyze(new Blob([bytes]), { models: [model] });
        const [result] = results;
        const count = result && 'detections' in result ? result.detections.length : 0;
        return { width: image?.width, status: jobs[0]?.status, count };
      },
      { ...given, live: isLive },
    );
    expect(found).toEqual({ width: expect.any(Number), status: 'succeeded', count: expect.any(Number) });
    expect(found.count).toBeGreaterThan(0);
  });

  test('sends a larger file by a form, lists it, and tells refusals by code', {
    timeout: 120_000,
  }, async () => {
    const told = await page.evaluate(async ({ code, url, token, picture }) => {
      const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
      const { Segmentry } = (await new Function('at', 'return import(at)')(address)) as typeof client;
      const segmentry = new Segmentry({ url, token });
      const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
      // What stands behind the end of a JPEG is no part of the picture.
      const file = new File([bytes, new Uint8Array(4_600_000)], 'large.jpg', { type: 'image/jpeg' });
      const { images } = await segmentry.send(file);
      const names: string[] = [];
      for await (const image of segmentry.list('listImages')) names.push(image.filename);
      const code_ = await segmentry.api.getJob({ id: 'job_0' }).catch((error) => error.code);
      return { images: images.length, names, code: code_ };
    }, given);
    expect(told).toEqual({ images: 1, names: expect.arrayContaining(['large.jpg']), code: 'job_not_found' });
  });
});
