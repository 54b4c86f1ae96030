import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Context2D, drawMarks, type Frame, type Overlay } from './draw.ts';
import { OverlayLayer } from './overlay-layer.ts';
import { levelFor, type Picture } from './picture-levels.ts';
import { hit } from './scene.ts';
import { usePointers } from './use-pointers.ts';
import {
  centred,
  fit,
  keepInView,
  type Point,
  type Size,
  toPicture,
  type Viewport,
  zoom,
} from './viewport.ts';

export interface Line {
  readonly from: Point;
  readonly to: Point;
}

interface ImageCanvasProps {
  readonly picture: Picture;
  readonly name: string;
  readonly overlay: Overlay;
  /** What a second job found: shown to the right of the divider. */
  readonly compared: Overlay | undefined;
  readonly divider: number;
  readonly isMeasuring: boolean;
  /** Space is held: a press moves the picture, whatever else it would do. */
  readonly isPanning: boolean;
  readonly command: { readonly name: CanvasCommand; readonly nth: number };
  onHover(index: number | undefined): void;
  onSelect(index: number | undefined): void;
  onDivide(share: number): void;
  onMeasure(line: Line): void;
  /** An object was pressed while measuring. */
  onReference(index: number): void;
}

export type CanvasCommand = 'fit' | 'actual' | 'in' | 'out' | 'left' | 'right' | 'up' | 'down' | 'none';

const STEP_PX = 60;
const ZOOM_STEP = 1.3;
const DIVIDER_REACH_PX = 12;
const REST_MS = 120;

/** The picture with what was found on it. Everything is drawn anew on a change, and only then. */
export function ImageCanvas(props: ImageCanvasProps) {
  const { picture, overlay, compared, divider, isMeasuring, isPanning, command } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [moved, setMoved] = useState<Viewport>();
  const [line, setLine] = useState<Line>();
  const isLaidOut = size.width > 0;
  const fitted = isLaidOut ? fit(picture, size) : { scale: 1, x: 0, y: 0 };
  const viewport = moved ?? fitted;

  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const move = useCallback((next: Viewport) => setMoved(keepInView(next, picture, size)), [picture, size]);
  const zoomBy = (factor: number, at: Point) =>
    move(zoom(viewport, factor, at, Math.min(fitted.scale, 1) / 2));

  useEffect(() => {
    const middle = { x: size.width / 2, y: size.height / 2 };
    const steps: Partial<Record<CanvasCommand, () => void>> = {
      fit: () => setMoved(undefined),
      actual: () => move(centred(1 / devicePixelRatio, picture, size)),
      in: () => zoomBy(ZOOM_STEP, middle),
      out: () => zoomBy(1 / ZOOM_STEP, middle),
      left: () => move({ ...viewport, x: viewport.x + STEP_PX }),
      right: () => move({ ...viewport, x: viewport.x - STEP_PX }),
      up: () => move({ ...viewport, y: viewport.y + STEP_PX }),
      down: () => move({ ...viewport, y: viewport.y - STEP_PX }),
    };
    steps[command.name]?.();
    // A command is done once, whatever else changes.
  }, [command.nth]);

  /** What is right of the divider belongs to the other result, which has no table. */
  const objectAt = (at: Point) =>
    compared !== undefined && at.x > divider * size.width
      ? undefined
      : hit(overlay.objects, toPicture(viewport, at));

  usePointers(canvas, {
    onZoom: zoomBy,
    onPan: (by) => move({ ...viewport, x: viewport.x + by.x, y: viewport.y + by.y }),
    grabs: (at) => {
      if (isPanning) return 'pan';
      if (isMeasuring) return 'draw';
      const isOnDivider = compared !== undefined && Math.abs(at.x - divider * size.width) < DIVIDER_REACH_PX;
      return isOnDivider ? 'divide' : 'pan';
    },
    onDraw: (from, to, isDone) => {
      const drawn = { from: toPicture(viewport, from), to: toPicture(viewport, to) };
      setLine(isDone ? undefined : drawn);
      if (isDone) props.onMeasure(drawn);
    },
    onDivide: (at) => props.onDivide(Math.min(0.98, Math.max(0.02, at.x / size.width))),
    onHover: (at) => props.onHover(at === undefined ? undefined : objectAt(at)?.index),
    onClick: (at) => {
      const index = objectAt(at)?.index;
      if (!isMeasuring) props.onSelect(index);
      else if (index !== undefined) props.onReference(index);
    },
  });

  const layers = useRef<[OverlayLayer, OverlayLayer]>(undefined);
  layers.current ??= [new OverlayLayer(), new OverlayLayer()];
  const [layer, comparedLayer] = layers.current;
  const lastView = useRef(viewport);
  const [, setRested] = useState(0);

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined || !isLaidOut) return;
    const isMoving = lastView.current !== viewport && moved !== undefined;
    lastView.current = viewport;
    const frame = { context, viewport, canvas: size, density: devicePixelRatio };
    let rest: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      drawPicture(frame, picture);
      const split = compared === undefined ? size.width : divider * size.width;
      let isStale = false;
      clipped(frame, { from: 0, to: split }, () => {
        isStale = layer.paint(frame, overlay, isMoving);
        drawMarks(frame, overlay);
      });
      if (compared !== undefined) {
        clipped(frame, { from: split, to: size.width }, () => {
          isStale = comparedLayer.paint(frame, compared, isMoving) || isStale;
        });
        drawDivider(context, split, size.height);
      }
      if (line !== undefined) drawLine(context, line, viewport);
      if (isStale) rest = setTimeout(() => setRested((before) => before + 1), REST_MS);
    };
    // What moves is drawn once a frame: of two fingers each tells of itself.
    const waiting = isMoving ? requestAnimationFrame(draw) : draw();
    return () => {
      cancelAnimationFrame(waiting ?? 0);
      clearTimeout(rest);
    };
  });

  return (
    <canvas
      ref={canvas}
      class={isMeasuring ? 'picture is-measuring' : 'picture'}
      role="img"
      aria-label={`${props.name}. What was found stands in the table too.`}
      data-scale={isLaidOut ? viewport.scale : undefined}
      data-x={viewport.x}
      data-y={viewport.y}
    />
  );
}

function drawPicture({ context, viewport, canvas, density }: Frame, picture: Picture): void {
  const { scale, x, y } = viewport;
  const element = context.canvas;
  const width = Math.round(canvas.width * density);
  const height = Math.round(canvas.height * density);
  if (element.width !== width) element.width = width;
  if (element.height !== height) element.height = height;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(scale * density, 0, 0, scale * density, x * density, y * density);
  context.imageSmoothingEnabled = scale * density < 4;
  context.imageSmoothingQuality = 'low';
  context.drawImage(levelFor(picture, scale * density), 0, 0, picture.width, picture.height);
}

function clipped(
  { context, canvas, density }: Frame,
  { from, to }: { from: number; to: number },
  draw: () => void,
) {
  context.save();
  context.setTransform(density, 0, 0, density, 0, 0);
  context.beginPath();
  context.rect(from, 0, to - from, canvas.height);
  context.clip();
  draw();
  context.restore();
}

function drawDivider(context: Context2D, at: number, height: number): void {
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.fillStyle = '#000';
  context.fillRect(at - 2, 0, 4, height);
  context.fillStyle = '#fff';
  context.fillRect(at - 1, 0, 2, height);
  context.beginPath();
  context.arc(at, height / 2, 9, 0, 2 * Math.PI);
  context.fill();
  context.strokeStyle = '#000';
  context.stroke();
}

function drawLine(context: Context2D, { from, to }: Line, { scale, x, y }: Viewport): void {
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.lineCap = 'round';
  for (const [colour, width] of [
    ['#000', 5],
    ['#fff', 2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(from.x * scale + x, from.y * scale + y);
    context.lineTo(to.x * scale + x, to.y * scale + y);
    context.stroke();
  }
}
