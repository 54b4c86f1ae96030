import type { Page } from 'playwright-core';
import type { Point } from '../../web/image/viewport.ts';

/** The picture of a page, once it has come and is drawn where it fits. What was found may come before it. */
export const drawnPicture = (page: Page) => page.locator('canvas.picture[data-scale]');

/** Where a pixel of the picture stands in the window. */
export function canvasPoint(page: Page, { x, y }: Point): Promise<Point> {
  return drawnPicture(page).evaluate(
    (canvas: HTMLCanvasElement, pixel) => {
      const { left, top } = canvas.getBoundingClientRect();
      const { scale, x, y } = canvas.dataset as Record<'scale' | 'x' | 'y', string>;
      return {
        x: left + Number(x) + pixel.x * Number(scale),
        y: top + Number(y) + pixel.y * Number(scale),
      };
    },
    { x, y },
  );
}

/** Red, green, blue and opacity that are seen where a pixel of the picture is. */
export function pictureColour(page: Page, { x, y }: Point): Promise<number[]> {
  return drawnPicture(page).evaluate(
    (canvas: HTMLCanvasElement, pixel) => {
      const { scale, x, y } = canvas.dataset as Record<'scale' | 'x' | 'y', string>;
      const at = (corner: string, along: number) =>
        Math.round((Number(corner) + along * Number(scale)) * devicePixelRatio);
      return [...(canvas.getContext('2d')?.getImageData(at(x, pixel.x), at(y, pixel.y), 1, 1).data ?? [])];
    },
    { x, y },
  );
}

/** All that is drawn, as one text that differs where a pixel does. */
export const pictureAsText = (page: Page): Promise<string> =>
  drawnPicture(page).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
