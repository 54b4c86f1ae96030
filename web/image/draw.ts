import { textOn } from '../../core/contracts/class-colours.ts';
import type { SceneObject } from './scene.ts';
import type { Size, Viewport } from './viewport.ts';

export interface Layers {
  readonly outline: boolean;
  readonly mask: boolean;
  readonly box: boolean;
  readonly label: boolean;
}

export interface Overlay {
  readonly objects: readonly SceneObject[];
  readonly layers: Layers;
  readonly hovered: number | undefined;
  readonly selected: number | undefined;
  readonly labelOf: (object: SceneObject) => string;
}

interface Frame {
  readonly context: CanvasRenderingContext2D;
  readonly viewport: Viewport;
  readonly canvas: Size;
  /** Device pixels to one of CSS. */
  readonly density: number;
}

const FILL = 0.18;
const FILL_OF_HOVERED = 0.4;
const OUTLINE_PX = 2;
const FONT = '600 12px system-ui, sans-serif';
const LABEL_HEIGHT_PX = 20;

/** Draws what was found over the picture. Large things first, so that small ones lie on top. */
export function drawOverlay({ context, viewport, canvas, density }: Frame, overlay: Overlay): void {
  const { scale, x, y } = viewport;
  const visible = overlay.objects
    .filter((object) => isVisible(object, viewport, canvas))
    .sort((a, b) => b.boxArea - a.boxArea);
  context.setTransform(scale * density, 0, 0, scale * density, x * density, y * density);
  for (const object of visible) drawObject(context, object, { overlay, scale });
  context.setTransform(density, 0, 0, density, 0, 0);
  if (overlay.layers.label) drawLabels(context, visible, { overlay, viewport, room: canvas.width });
}

function isVisible({ detection: { box } }: SceneObject, { scale, x, y }: Viewport, canvas: Size): boolean {
  return (
    box.x2 * scale + x > 0 &&
    box.y2 * scale + y > 0 &&
    box.x1 * scale + x < canvas.width &&
    box.y1 * scale + y < canvas.height
  );
}

function drawObject(
  context: CanvasRenderingContext2D,
  { index, colour, path, detection: { box } }: SceneObject,
  { overlay: { layers, hovered, selected }, scale }: { overlay: Overlay; scale: number },
): void {
  const isMarked = index === hovered || index === selected;
  context.lineJoin = 'round';
  context.fillStyle = colour;
  if (layers.mask || isMarked) {
    context.globalAlpha = isMarked ? FILL_OF_HOVERED : FILL;
    context.fill(path, 'evenodd');
    context.globalAlpha = 1;
  }
  if (layers.outline || isMarked) {
    if (isMarked) stroke(context, path, { colour: '#fff', width: (OUTLINE_PX + 3) / scale });
    stroke(context, path, { colour, width: OUTLINE_PX / scale });
  }
  if (!layers.box) return;
  context.strokeStyle = colour;
  context.lineWidth = 1 / scale;
  context.strokeRect(box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1);
}

function stroke(
  context: CanvasRenderingContext2D,
  path: Path2D,
  { colour, width }: { colour: string; width: number },
) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Beside the box, where no other label is; a marked one always, over the others. */
function drawLabels(
  context: CanvasRenderingContext2D,
  objects: readonly SceneObject[],
  { overlay, viewport, room }: { overlay: Overlay; viewport: Viewport; room: number },
): void {
  context.font = FONT;
  context.textBaseline = 'middle';
  const taken: Rect[] = [];
  const isMarked = ({ index }: SceneObject) => index === overlay.hovered || index === overlay.selected;
  // Marked ones choose their place first, then the surest.
  const ordered = objects.toSorted(
    (a, b) => Number(isMarked(b)) - Number(isMarked(a)) || b.detection.confidence - a.detection.confidence,
  );
  for (const object of ordered) {
    const text = overlay.labelOf(object);
    const place = placeOf(object, context.measureText(text).width + 12, { ...viewport, room });
    const free =
      place.find((rect) => !taken.some((other) => overlaps(rect, other))) ??
      (isMarked(object) ? place[0] : undefined);
    if (free === undefined) continue;
    taken.push(free);
    context.fillStyle = object.colour;
    context.beginPath();
    context.roundRect(free.left, free.top, free.width, free.height, 4);
    context.fill();
    context.fillStyle = textOn(object.colour);
    context.fillText(text, free.left + 6, free.top + free.height / 2 + 1);
  }
}

function placeOf(
  { detection: { box } }: SceneObject,
  width: number,
  { scale, x, y, room }: Viewport & { room: number },
): [Rect, ...Rect[]] {
  const within = (at: number) => Math.max(2, Math.min(at, room - width - 2));
  const left = within(box.x1 * scale + x);
  const size = { width, height: LABEL_HEIGHT_PX };
  const above = { left, top: Math.max(2, box.y1 * scale + y - LABEL_HEIGHT_PX - 3), ...size };
  const below = { left, top: box.y2 * scale + y + 3, ...size };
  return [above, below, { left: within(box.x2 * scale + x - width), top: above.top, ...size }];
}

const overlaps = (a: Rect, b: Rect) =>
  a.left < b.left + b.width &&
  b.left < a.left + a.width &&
  a.top < b.top + b.height &&
  b.top < a.top + a.height;
