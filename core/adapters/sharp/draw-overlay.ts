import sharp from 'sharp';
import { classColour, textOn } from '../../contracts/class-colours.ts';
import type { DetectionDocument, ResultDocument } from '../../contracts/result-document.ts';
import { decodeRle } from '../../vision/coco-rle.ts';
import type { Size } from '../../vision/geometry.ts';
import { toPoints } from '../../vision/simplify-ring.ts';
import { tracePolygons } from '../../vision/trace-polygons.ts';
import { decodePixels, openImage } from './open-image.ts';
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
  // The least confident first, so that the others lie on top.
  const ordered = detections.toReversed();
  const layers = [
    ...ordered.map((detection) => drawMask(detection, unit)),
    ...ordered.map((detection) => drawBox(detection, unit)),
    ...ordered.map((detection) => drawLabel(detection, image, unit)),
  ];
  const { width, height } = image;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${layers.join('')}</svg>`;
}

const colourOf = ({ classId }: DetectionDocument) => classColour(classId);

function drawMask(detection: DetectionDocument, unit: number): string {
  const rings =
    detection.polygons.length > 0
      ? detection.polygons
      : detection.mask
        ? tracePolygons(decodeRle(detection.mask)).map(toPoints)
        : [];
  if (rings.length === 0) return '';
  const path = rings.map((ring) => `M${ring.map(([x, y]) => `${x} ${y}`).join('L')}Z`).join('');
  const colour = colourOf(detection);
  return `<path d="${path}" fill="${colour}" fill-opacity="0.2" fill-rule="evenodd" stroke="${colour}" stroke-width="${unit}"/>`;
}

function drawBox(detection: DetectionDocument, unit: number): string {
  const { x1, y1, x2, y2 } = detection.box;
  return `<rect x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}" fill="none" stroke="${colourOf(detection)}" stroke-width="${unit}"/>`;
}

function drawLabel(detection: DetectionDocument, image: Size, unit: number): string {
  const size = 9 * unit;
  const text = outlineText(labelOf(detection), size);
  const plate = { width: text.width + 4 * unit, height: size * 1.3 };
  const x = Math.max(0, Math.min(detection.box.x1 - unit / 2, image.width - plate.width));
  const above = detection.box.y1 - plate.height;
  const y = above < 0 ? Math.min(detection.box.y1, image.height - plate.height) : above;
  return (
    `<rect x="${x}" y="${y}" width="${plate.width}" height="${plate.height}" fill="${colourOf(detection)}"/>` +
    `<g transform="translate(${x + 2 * unit} ${y + size})" fill="${textOn(colourOf(detection))}">${text.svg}</g>`
  );
}

function labelOf({ class: name, confidence, area }: DetectionDocument): string {
  const share = `${name} ${Math.round(confidence * 100)}%`;
  return area.cm2 === null ? share : `${share} ${formatSquareCm(area.cm2)} cm²`;
}

const formatSquareCm = (cm2: number) =>
  cm2 < 100 ? cm2.toPrecision(3) : Math.round(cm2).toLocaleString('en');
