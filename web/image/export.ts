import type { Image, Result } from '../../client/index.ts';
import { squareCm } from './areas.ts';

/** A name that begins like a formula would be run by a spreadsheet. */
const cell = (value: string | number | null) => {
  if (typeof value !== 'string') return String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export function writeCsv(
  { detections }: Result,
  image: Pick<Image, 'filename'>,
  pixelsPerCm: number | undefined,
): string {
  const head = 'image,class,confidence,x1,y1,x2,y2,area_px,area_share,area_cm2';
  const lines = detections.map((detection) => {
    const { box, area } = detection;
    return [
      image.filename,
      detection.class,
      detection.confidence,
      box.x1,
      box.y1,
      box.x2,
      box.y2,
      area.pixels,
      area.share,
      squareCm(detection, pixelsPerCm),
    ]
      .map(cell)
      .join(',');
  });
  return `${[head, ...lines].join('\r\n')}\r\n`;
}

export function writeCoco(
  { detections }: Result,
  { filename, width, height }: Pick<Image, 'filename' | 'width' | 'height'>,
) {
  const categories = new Map(detections.map(({ classId, class: name }) => [classId, name]));
  return {
    images: [{ id: 1, file_name: filename, width, height }],
    categories: [...categories].map(([id, name]) => ({ id: id + 1, name })),
    annotations: detections.map(({ classId, box, mask, polygons, area, confidence }, index) => ({
      ...{ id: index + 1, image_id: 1, category_id: classId + 1, score: confidence, iscrowd: 0 },
      bbox: [box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1],
      area: area.pixels,
      segmentation: mask ?? polygons.map((ring) => ring.flat()),
    })),
  };
}

/** One line an object: the class, then its largest ring in shares of the picture, or its box where it has none. */
export function writeYolo({ detections, image: { width, height } }: Result): string {
  const share = (x: number, y: number) => `${(x / width).toFixed(6)} ${(y / height).toFixed(6)}`;
  const lines = detections.map(({ classId, polygons, box }) => {
    const [ring] = polygons.toSorted((a, b) => b.length - a.length);
    if (ring !== undefined) return `${classId} ${ring.map(([x, y]) => share(x, y)).join(' ')}`;
    return `${classId} ${share((box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2)} ${share(box.x2 - box.x1, box.y2 - box.y1)}`;
  });
  return lines.map((line) => `${line}\n`).join('');
}
