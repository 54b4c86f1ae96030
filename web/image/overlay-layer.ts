import { drawOverlay, type Frame, type Overlay } from './draw.ts';
import type { Viewport } from './viewport.ts';

/** A frame at 60 a second has 16 ms; an overlay that takes more than this is only drawn anew where things rest. */
const BUDGET_MS = 5;

/**
 * What was found, drawn once and put over the picture at each frame. Few objects are drawn anew as they move, straight on
 * the picture. Many are moved as they were drawn, and drawn sharp again once they rest.
 */
export class OverlayLayer {
  readonly #canvas = new OffscreenCanvas(1, 1);
  #drawn: { overlay: Overlay; viewport: Viewport; size: string } | undefined;
  #costMs = 0;

  /** @returns whether it must be drawn again once it rests. */
  paint(frame: Frame, overlay: Overlay, isMoving: boolean): boolean {
    const { context, viewport, canvas, density } = frame;
    const size = `${canvas.width} ${canvas.height} ${density}`;
    const isSame = isSameDrawing(this.#drawn?.overlay, overlay) && this.#drawn?.size === size;
    const isThere = isSame && isSameView(this.#drawn?.viewport, viewport);
    if (!isThere && isMoving && this.#costMs <= BUDGET_MS) {
      // A layer would be gone by the next frame: to clear, draw and copy it would be for nothing.
      this.#drawn = undefined;
      this.#time(() => drawOverlay(frame, overlay));
      return false;
    }
    const isStale = !isThere && isSame && isMoving;
    if (!isThere && !isStale) this.#draw(frame, overlay, size);
    const from = this.#drawn?.viewport ?? viewport;
    const ratio = viewport.scale / from.scale;
    context.setTransform(
      ratio,
      0,
      0,
      ratio,
      (viewport.x - from.x * ratio) * density,
      (viewport.y - from.y * ratio) * density,
    );
    context.drawImage(this.#canvas, 0, 0);
    return isStale;
  }

  #draw({ viewport, canvas, density }: Frame, overlay: Overlay, size: string): void {
    const width = Math.round(canvas.width * density);
    const height = Math.round(canvas.height * density);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    this.#time(() => {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, width, height);
      drawOverlay({ context, viewport, canvas, density }, overlay);
    });
    this.#drawn = { overlay, viewport, size };
  }

  #time(draw: () => void): void {
    const begun = performance.now();
    draw();
    this.#costMs = performance.now() - begun;
  }
}

const isSameDrawing = (a: Overlay | undefined, b: Overlay) =>
  a?.objects === b.objects && a.layers === b.layers && a.labelOf === b.labelOf;

const isSameView = (a: Viewport | undefined, b: Viewport) =>
  a?.scale === b.scale && a.x === b.x && a.y === b.y;
