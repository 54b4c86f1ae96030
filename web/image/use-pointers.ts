import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Point } from './viewport.ts';

type Grab = 'pan' | 'draw' | 'divide';

export interface PointerActions {
  onZoom(factor: number, at: Point): void;
  onPan(by: Point): void;
  /** What a press at this point begins. */
  grabs(at: Point): Grab;
  onDraw(from: Point, to: Point, isDone: boolean): void;
  onDivide(at: Point): void;
  onHover(at: Point | undefined): void;
  onClick(at: Point): void;
}

/** A press that moves less is a click. */
const CLICK_REACH_PX = 4;

/** Mouse, pen and fingers on a canvas: one pans, two pinch, a wheel zooms. */
export function usePointers(canvas: RefObject<HTMLCanvasElement | null>, actions: PointerActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const down = new Map<number, Point>();
    let press: { grab: Grab; start: Point; isClick: boolean } | undefined;
    const pointOf = (event: MouseEvent): Point => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0) return;
      const at = pointOf(event);
      down.set(event.pointerId, at);
      element.setPointerCapture(event.pointerId);
      if (down.size === 1) press = { grab: latest.current.grabs(at), start: at, isClick: true };
    };
    const onMove = (event: PointerEvent) => {
      const at = pointOf(event);
      const before = down.get(event.pointerId);
      if (before === undefined || press === undefined) return latest.current.onHover(at);
      down.set(event.pointerId, at);
      if (down.size === 2) return pinch(event.pointerId, before, at);
      if (distance(press.start, at) > CLICK_REACH_PX) press.isClick = false;
      if (!press.isClick) drag(press, before, at);
    };
    const drag = ({ grab, start }: { grab: Grab; start: Point }, before: Point, at: Point) => {
      if (grab === 'draw') latest.current.onDraw(start, at, false);
      else if (grab === 'divide') latest.current.onDivide(at);
      else latest.current.onPan({ x: at.x - before.x, y: at.y - before.y });
    };
    const pinch = (id: number, before: Point, at: Point) => {
      const other = [...down].find(([each]) => each !== id)?.[1];
      if (other === undefined) return;
      if (press !== undefined) press.isClick = false;
      const factor = distance(at, other) / Math.max(1, distance(before, other));
      latest.current.onZoom(factor, { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 });
    };
    const onUp = (event: PointerEvent) => {
      if (!down.delete(event.pointerId) || press === undefined || down.size > 0) return;
      const at = pointOf(event);
      if (press.isClick) latest.current.onClick(at);
      else if (press.grab === 'draw') latest.current.onDraw(press.start, at, true);
      press = undefined;
    };
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      latest.current.onZoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), pointOf(event));
    };
    const onLeave = () => latest.current.onHover(undefined);
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    element.addEventListener('pointerleave', onLeave);
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
      element.removeEventListener('pointerleave', onLeave);
      element.removeEventListener('wheel', onWheel);
    };
  }, [canvas]);
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);
