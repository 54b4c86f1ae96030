/** Where the picture stands on the canvas: `scale` CSS pixels to one of the picture, its corner at `x`, `y`. */
export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const MOST_SCALE = 40;

export function fit(picture: Size, canvas: Size): Viewport {
  const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
  return centred(scale, picture, canvas);
}

export const centred = (scale: number, picture: Size, canvas: Size): Viewport => ({
  scale,
  x: (canvas.width - picture.width * scale) / 2,
  y: (canvas.height - picture.height * scale) / 2,
});

/** Zooms about a point of the canvas, which stays where it is. */
export function zoom(viewport: Viewport, factor: number, at: Point, least: number): Viewport {
  const scale = Math.min(MOST_SCALE, Math.max(least, viewport.scale * factor));
  const ratio = scale / viewport.scale;
  return { scale, x: at.x - (at.x - viewport.x) * ratio, y: at.y - (at.y - viewport.y) * ratio };
}

/** Keeps at least a third of the canvas covered, so that the picture can't be lost. */
export function keepInView(viewport: Viewport, picture: Size, canvas: Size): Viewport {
  const within = (corner: number, length: number, room: number) =>
    Math.min((room * 2) / 3, Math.max(room / 3 - length, corner));
  return {
    scale: viewport.scale,
    x: within(viewport.x, picture.width * viewport.scale, canvas.width),
    y: within(viewport.y, picture.height * viewport.scale, canvas.height),
  };
}

export const toPicture = ({ scale, x, y }: Viewport, at: Point): Point => ({
  x: (at.x - x) / scale,
  y: (at.y - y) / scale,
});
