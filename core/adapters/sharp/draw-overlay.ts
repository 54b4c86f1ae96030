import sharp from 'sharp';
import { colourClasses, textOn } from '../../contracts/class-colours.ts';
import type { DetectionDocument, ResultDocument } from '../../contracts/result-document.ts';
import { decodeRle } from '../../vision/coco-rle.ts';
import type { Box, Size } from '../../vision/geometry.ts';
import { toPoints } from '../../vision/simplify-ring.ts';
import { tracePolygons } from '../../vision/trace-polygons.ts';
import { decodePixels, openImage } from './open-image.ts';
import { placeLabel } from './place-label.ts';
import { outlineText } from './write-label.ts';

/** Of our own: what users send is told by its first bytes before anything reads it, and is never SVG. */
sharp.unblock({ operation: ['VipsForeignLoadSvg'] });

/** Pixels a result can hold were let in before; drawing has no limit of its own. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * Draws masks, boxes and labels over the image a result is of.
 * @returns a PNG as large as the image.
 * @throws UnusableImageError
 */
export async function drawOverlay(imageBytes: Uint8Array, document: ResultDocument): Promise<Buffer> {
  const { width, height } = document.image;
  const { pipeline } = await openImage(imageBytes, NO_LIMIT);
  const pixels = await decodePixels(pipeline());
  const svg = Buffer.from(drawSvg(document));
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .composite([{ input: svg, top: 0, left: 0 }])
    .removeAlpha()
    .png({ compressionLevel: 6 })
    .toBuffer();
}

function drawSvg({ image, detections }: ResultDocument): string {
  const unit = Math.max(1, Math.min(image.width, image.height) / 400);
  const colours = colourClasses(detections.map(({ classId }) => classId));
  // The least confident first, so that the others lie on top.
  const ordered = detections
    .toReversed()
    .map((detection) => ({ detection, unit, colour: colours.get(detection.classId) as string }));
  const layers = [...ordered.map(drawMask), ...ordered.map(drawBox), ...drawLabels(ordered, image)];
  const { width, height } = image;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${layers.join('')}</svg>`;
}

interface Drawn {
  readonly detection: DetectionDocument;
  readonly colour: string;
  /** Of lines and letters, in pixels. */
  readonly unit: number;
}

/** How much of the fill is seen: the outline says what it is, and the thing stays to be seen. */
const FILL = 0.15;

/** A line with an edge of black or white, so that it is seen on any image. */
const outline = (shape: string, { colour, unit }: Drawn) =>
  `<${shape} fill="none" stroke="${textOn(colour)}" stroke-opacity="0.6" stroke-width="${unit * 2.4}"/>` +
  `<${shape} fill="none" stroke="${colour}" stroke-width="${unit * 1.4}"/>`;

function drawMask(drawn: Drawn): string {
  const { detection, colour } = drawn;
  const rings =
    detection.polygons.length > 0
      ? detection.polygons
      : detection.mask
        ? tracePolygons(decodeRle(detection.mask)).map(toPoints)
        : [];
  if (rings.length === 0) return '';
  const path = rings.map((ring) => `M${ring.map(([x, y]) => `${x} ${y}`).join('L')}Z`).join('');
  const fill = `<path d="${path}" fill="${colour}" fill-opacity="${FILL}" fill-rule="evenodd"/>`;
  return fill + outline(`path d="${path}" stroke-linejoin="round"`, drawn);
}

/** Where a mask has its outline, the box is a thin line that leads to the label. */
function drawBox(drawn: Drawn): string {
  const { detection, colour, unit } = drawn;
  const { x1, y1, x2, y2 } = detection.box;
  const shape = `rect x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}"`;
  if (detection.mask === null && detection.polygons.length === 0) return outline(shape, drawn);
  return `<${shape} fill="none" stroke="${colour}" stroke-opacity="0.8" stroke-width="${unit * 0.6}"/>`;
}

/** The most confident take their places first; so none lies on another where there is room. */
function drawLabels(ordered: readonly Drawn[], image: Size): string[] {
  const taken: Box[] = [];
  return ordered
    .toReversed()
    .map(({ detection, colour, unit }) => {
      const size = 9 * unit;
      const text = outlineText(labelOf(detection), size);
      const plate = { width: text.width + 4 * unit, height: size * 1.3 };
      const place = placeLabel(plate, { box: detection.box, image, taken });
      taken.push(place);
      const { x1: x, y1: y } = place;
      return (
        `<rect x="${x}" y="${y}" width="${plate.width}" height="${plate.height}" fill="${colour}"/>` +
        `<g transform="translate(${x + 2 * unit} ${y + size})" fill="${textOn(colour)}">${text.svg}</g>`
      );
    })
    .toReversed();
}

function labelOf({ class: name, confidence, area }: DetectionDocument): string {
  const share = `${name} ${Math.round(confidence * 100)}%`;
  return area.cm2 === null ? share : `${share} ${formatSquareCm(area.cm2)} cm²`;
}

const formatSquareCm = (cm2: number) =>
  cm2 < 100 ? cm2.toPrecision(3) : Math.round(cm2).toLocaleString('en');
