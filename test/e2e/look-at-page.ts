import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe {
  run(options?: {
    runOnly: string[];
  }): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
}

/** All that may come out otherwise where nothing but colours is different. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

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
    const found = await seriousFaults(page, colorScheme === 'dark' ? OF_COLOURS : undefined);
    faults.push(...found.map((fault) => `${name}, ${colorScheme}: ${fault}`));
  }
  return faults;
}

/** Of all rules, or of these. */
const seriousFaults = (page: Page, rules: string[] | undefined): Promise<string[]> =>
  page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run(runOnly && { runOnly });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
  }, rules);

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
