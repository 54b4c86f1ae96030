import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { drawOverlay, type Overlay } from './draw.ts';
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
  readonly picture: ImageBitmap;
  readonly name: string;
  readonly overlay: Overlay;
  /** What a second job found: shown to the right of the divider. */
  readonly compared: Overlay | undefined;
  readonly divider: number;
  readonly isMeasuring: boolean;
  readonly command: { readonly name: CanvasCommand; readonly nth: number };
  onHover(index: number | undefined): void;
  onSelect(index: number | undefined): void;
  onDivide(share: number): void;
  onMeasure(line: Line): void;
}

export type CanvasCommand = 'fit' | 'actual' | 'in' | 'out' | 'left' | 'right' | 'up' | 'down' | 'none';

const STEP_PX = 60;
const ZOOM_STEP = 1.3;
const DIVIDER_REACH_PX = 12;

/** The picture with what was found on it. Everything is drawn anew on a change, and only then. */
export function ImageCanvas(props: ImageCanvasProps) {
  const { picture, overlay, compared, divider, isMeasuring, command } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [moved, setMoved] = useState<Viewport>();
  const [line, setLine] = useState<Line>();
  const fitted = size.width === 0 ? { scale: 1, x: 0, y: 0 } : fit(picture, size);
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

  usePointers(canvas, {
    onZoom: zoomBy,
    onPan: (by) => move({ ...viewport, x: viewport.x + by.x, y: viewport.y + by.y }),
    grabs: (at) => {
      if (isMeasuring) return 'draw';
      const isOnDivider = compared !== undefined && Math.abs(at.x - divider * size.width) < DIVIDER_REACH_PX;
      return isOnDivider ? 'divide' : 'pan';
    },
    onDraw: (from, to, isDone) => {
      const drawn = { from: toPicture(viewport, from), to: toPicture(viewport, to) };
      setLine(isDone ? undefined : drawn);
      if (isDone && Math.hypot(drawn.to.x - drawn.from.x, drawn.to.y - drawn.from.y) > 3)
        props.onMeasure(drawn);
    },
    onDivide: (at) => props.onDivide(Math.min(0.98, Math.max(0.02, at.x / size.width))),
    onHover: (at) => props.onHover(at === undefined ? undefined : objectAt(at)?.index),
    onClick: (at) => props.onSelect(objectAt(at)?.index),
  });
  const objectAt = (at: Point) =>
    hit(
      compared !== undefined && at.x > divider * size.width ? compared.objects : overlay.objects,
      toPicture(viewport, at),
    );

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined || size.width === 0) return;
    const density = devicePixelRatio;
    const width = Math.round(size.width * density);
    const height = Math.round(size.height * density);
    if (element.width !== width) element.width = width;
    if (element.height !== height) element.height = height;
    const frame = { context, viewport, canvas: size, density };
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(
      viewport.scale * density,
      0,
      0,
      viewport.scale * density,
      viewport.x * density,
      viewport.y * density,
    );
    context.imageSmoothingEnabled = viewport.scale < 4;
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0);
    const split = compared === undefined ? size.width : divider * size.width;
    clipped(context, { left: 0, width: split * density, height }, () => drawOverlay(frame, overlay));
    if (compared !== undefined) {
      clipped(context, { left: split * density, width: width - split * density, height }, () =>
        drawOverlay(frame, compared),
      );
      drawDivider(context, split, size.height);
    }
    if (line !== undefined) drawLine(context, line, viewport);
  });

  return (
    <canvas
      ref={canvas}
      class={isMeasuring ? 'picture is-measuring' : 'picture'}
      role="img"
      aria-label={`${props.name}. What was found stands in the table too.`}
      data-scale={viewport.scale}
      data-x={viewport.x}
      data-y={viewport.y}
    />
  );
}

function clipped(
  context: CanvasRenderingContext2D,
  { left, width, height }: { left: number; width: number; height: number },
  draw: () => void,
): void {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.beginPath();
  context.rect(left, 0, width, height);
  context.clip();
  draw();
  context.restore();
}

function drawDivider(context: CanvasRenderingContext2D, at: number, height: number): void {
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

function drawLine(context: CanvasRenderingContext2D, { from, to }: Line, { scale, x, y }: Viewport): void {
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
