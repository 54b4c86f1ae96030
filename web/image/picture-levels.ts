import type { Size } from './viewport.ts';

/** Something that a canvas can draw, and how large it is in its own pixels. */
export interface Picture extends Size {
  readonly source: CanvasImageSource;
  /** The same, halved again and again; the first is the source itself. Made in the background. */
  readonly levels: readonly ImageBitmap[];
}

/** Below this there is nothing to win. */
const LEAST_PX = 1_000_000;

/**
 * Makes halves, quarters, … of a large picture. Drawn small, it then costs as much as what is seen of it, not as much as
 * it has pixels.
 */
export async function makeLevels(bitmap: ImageBitmap, onMade: (picture: Picture) => void): Promise<void> {
  const { width, height } = bitmap;
  const levels = [bitmap];
  onMade({ source: bitmap, width, height, levels });
  for (let last = bitmap; last.width * last.height > LEAST_PX; levels.push(last)) {
    const resizeWidth = Math.ceil(last.width / 2);
    const resizeHeight = Math.ceil(last.height / 2);
    last = await createImageBitmap(last, { resizeWidth, resizeHeight, resizeQuality: 'medium' });
  }
  if (levels.length > 1) onMade({ source: bitmap, width, height, levels });
}

/** The smallest that is not drawn larger than it is. */
export function levelFor({ source, width, levels }: Picture, scale: number): CanvasImageSource {
  return levels.findLast((level) => level.width >= width * scale) ?? source;
}
