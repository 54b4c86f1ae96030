import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe {
  run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
}

/** What axe finds that keeps people out, in light and dark. */
export async function lookAtPage(page: Page, name: string): Promise<string[]> {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  // Run by the debugger, which the page's policy does not bind.
  await page.evaluate(AXE);
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without transitions, so that colours are there at once.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await takePictures(page, `${name}-${colorScheme}`);
    const found = await seriousFaults(page);
    faults.push(...found.map((fault) => `${name}, ${colorScheme}: ${fault}`));
  }
  return faults;
}

const seriousFaults = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
  });

const SCREENS = { 360: 740, 768: 1024, 1440: 900 } as const;

/** `SCREENSHOTS=DIR` keeps a picture of the page in each size, to be looked at by people. */
async function takePictures(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  for (const [width, height] of Object.entries(SCREENS)) {
    await page.setViewportSize({ width: Number(width), height });
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${folder}/${name}-${width}.png` });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
