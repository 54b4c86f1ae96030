import { textOn } from '../../core/contracts/class-colours.ts';
import type { SceneObject } from './scene.ts';
import { type Rect, TakenPlaces } from './taken-places.ts';
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

export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface Frame {
  readonly context: Context2D;
  readonly viewport: Viewport;
  readonly canvas: Size;
  /** Device pixels to one of CSS. */
  readonly density: number;
}

const FILL = 0.15;
const FILL_OF_MARKED = 0.25;
const OUTLINE_PX = 2;
/** Beyond the outline on either side: black or white, so that it is seen on any picture, as in the server's drawings. */
const EDGE_PX = 1;
const EDGE_OPACITY = 0.6;
const FONT = '600 12px system-ui, sans-serif';
const LABEL_HEIGHT_PX = 20;

/** Draws what was found over the picture, but for what is pointed at. Large things first, so that small ones lie on top. */
export function drawOverlay(frame: Frame, { objects, layers, labelOf }: Overlay): void {
  const visible = objects
    .filter((object) => isVisible(object, frame.viewport, frame.canvas))
    .sort((a, b) => b.boxArea - a.boxArea);
  inPicture(frame, (context) => {
    for (const object of visible) drawObject(context, object, { layers, scale: frame.viewport.scale });
  });
  if (layers.label) drawLabels(frame, visible, labelOf);
}

/** What is pointed at or chosen: few objects, drawn over the others at each change. */
export function drawMarks(frame: Frame, { objects, layers, hovered, selected, labelOf }: Overlay): void {
  const marked = objects.filter(({ index }) => index === hovered || index === selected);
  const { scale } = frame.viewport;
  inPicture(frame, (context) => {
    for (const { path, colour } of marked) {
      context.fillStyle = colour;
      context.globalAlpha = FILL_OF_MARKED - (layers.mask ? FILL : 0);
      context.fill(path, 'evenodd');
      context.globalAlpha = 1;
      stroke(context, path, { colour: '#000', width: (OUTLINE_PX + 4) / scale });
      stroke(context, path, { colour: '#fff', width: (OUTLINE_PX + 2) / scale });
      stroke(context, path, { colour, width: OUTLINE_PX / scale });
    }
  });
  for (const object of marked) {
    const text = labelOf(object);
    drawLabel(frame.context, placesOf(object, widthOf(frame.context, text), frame)[0], { object, text });
  }
}

function inPicture(
  { context, viewport: { scale, x, y }, density }: Frame,
  draw: (context: Context2D) => void,
): void {
  context.setTransform(scale * density, 0, 0, scale * density, x * density, y * density);
  context.lineJoin = 'round';
  draw(context);
  context.setTransform(density, 0, 0, density, 0, 0);
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
  context: Context2D,
  { colour, path, hasMask, detection: { box } }: SceneObject,
  { layers, scale }: { layers: Layers; scale: number },
): void {
  context.fillStyle = colour;
  if (layers.mask && hasMask) {
    context.globalAlpha = FILL;
    context.fill(path, 'evenodd');
    context.globalAlpha = 1;
  }
  if (hasMask ? layers.outline : layers.outline || layers.box) {
    context.globalAlpha = EDGE_OPACITY;
    stroke(context, path, { colour: textOn(colour), width: (OUTLINE_PX + 2 * EDGE_PX) / scale });
    context.globalAlpha = 1;
    stroke(context, path, { colour, width: OUTLINE_PX / scale });
  }
  if (!layers.box || !hasMask) return;
  context.strokeStyle = colour;
  context.lineWidth = 1 / scale;
  context.strokeRect(box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1);
}

function stroke(context: Context2D, path: Path2D, { colour, width }: { colour: string; width: number }) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

/** Beside the box, the surest first; where every place is taken, an object goes without until it is pointed at. */
function drawLabels(frame: Frame, objects: readonly SceneObject[], labelOf: Overlay['labelOf']): void {
  const taken = new TakenPlaces();
  const ordered = objects.toSorted((a, b) => b.detection.confidence - a.detection.confidence);
  for (const object of ordered) {
    const text = labelOf(object);
    const place = placesOf(object, widthOf(frame.context, text), frame).find((each) => taken.isFree(each));
    if (place === undefined) continue;
    taken.add(place);
    drawLabel(frame.context, place, { object, text });
  }
}

const WIDTHS = new Map<string, number>();

/** Measuring a text costs more than drawing its plate, and the same texts come again and again. */
function widthOf(context: Context2D, text: string): number {
  context.font = FONT;
  const known = WIDTHS.get(text);
  if (known !== undefined) return known;
  if (WIDTHS.size > 10_000) WIDTHS.clear();
  const width = context.measureText(text).width + 12;
  WIDTHS.set(text, width);
  return width;
}

function drawLabel(
  context: Context2D,
  { left, top, width, height }: Rect,
  { object: { colour }, text }: { object: SceneObject; text: string },
): void {
  context.font = FONT;
  context.textBaseline = 'middle';
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(left, top, width, height, 4);
  context.fill();
  context.fillStyle = textOn(colour);
  context.fillText(text, left + 6, top + height / 2 + 1);
}

/** Above the box, below it, and above its right end. */
function placesOf(
  { detection: { box } }: SceneObject,
  width: number,
  { viewport: { scale, x, y }, canvas }: Frame,
): [Rect, ...Rect[]] {
  const within = (at: number) => Math.max(2, Math.min(at, canvas.width - width - 2));
  const left = within(box.x1 * scale + x);
  const size = { width, height: LABEL_HEIGHT_PX };
  const above = { left, top: Math.max(2, box.y1 * scale + y - LABEL_HEIGHT_PX - 3), ...size };
  const lowest = canvas.height - LABEL_HEIGHT_PX - 2;
  const below = { left, top: Math.min(lowest, box.y2 * scale + y + 3), ...size };
  return [above, below, { left: within(box.x2 * scale + x - width), top: above.top, ...size }];
}
