import { type Box, roundHalfEven, type Size } from './geometry.ts';

/** Stretched over the whole input, or with its sides' ratio kept in the middle or at the top left of it. */
export type Fit = 'stretch' | 'centre' | 'top-left';

/** Where an image lies inside the model's input; the rest is padding. */
export interface Letterbox {
  /** The image's own size. */
  readonly image: Size;
  readonly input: Size;
  /** The image's size inside the input, at least one pixel a side. */
  readonly content: Size;
  readonly left: number;
  readonly top: number;
  readonly fit: Fit;
}

/**
 * How `image` fits into `input` (scaling up allowed): in the middle as ultralytics' `LetterBox` places it, at the top
 * left as YOLOX does, which rounds sizes down.
 */
export function fitLetterbox(image: Size, input: Size, fit: Fit = 'centre'): Letterbox {
  if (fit === 'stretch') return { image, input, content: input, left: 0, top: 0, fit };
  const scale = Math.min(input.width / image.width, input.height / image.height);
  const round = fit === 'centre' ? roundHalfEven : Math.floor;
  const content = {
    width: Math.max(1, round(image.width * scale)),
    height: Math.max(1, round(image.height * scale)),
  };
  if (fit === 'top-left') return { image, input, content, left: 0, top: 0, fit };
  const left = roundHalfEven((input.width - content.width) / 2 - 0.1);
  const top = roundHalfEven((input.height - content.height) / 2 - 0.1);
  return { image, input, content, left, top, fit };
}

/** Maps a box in input pixels to image pixels, cut to the image. */
export function toImageBox(box: Box, { image, content, left, top }: Letterbox): Box {
  const x = (value: number) => clamp(((value - left) * image.width) / content.width, image.width);
  const y = (value: number) => clamp(((value - top) * image.height) / content.height, image.height);
  return { x1: x(box.x1), y1: y(box.y1), x2: x(box.x2), y2: y(box.y2) };
}

/** Maps a box in image pixels to input pixels. */
export function toInputBox(box: Box, { image, content, left, top }: Letterbox): Box {
  const x = (value: number) => (value * content.width) / image.width + left;
  const y = (value: number) => (value * content.height) / image.height + top;
  return { x1: x(box.x1), y1: y(box.y1), x2: x(box.x2), y2: y(box.y2) };
}

const clamp = (value: number, limit: number) => Math.min(Math.max(value, 0), limit);
