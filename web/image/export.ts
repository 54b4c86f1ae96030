import type { Image, Result } from '../../client/index.ts';
import { squareCm } from './areas.ts';

/** A result, and the image that it is of. */
export interface Exported {
  readonly result: Result;
  readonly image: Pick<Image, 'filename' | 'width' | 'height'>;
}

/** As in the service's own CSV: a full-width sign, or one behind what nobody sees, begins a formula, too. */
const FORMULA = /^[\s\p{Cf}]*[=+\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]/u;

/** A name that begins like a formula would be run by a spreadsheet. */
export const neutralise = (name: string) => (FORMULA.test(name) ? `'${name}` : name);

const cell = (value: string | number | null) => {
  if (typeof value !== 'string') return String(value ?? '');
  const safe = neutralise(value);
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const HEAD = 'image,class,confidence,x1,y1,x2,y2,area_px,area_share,area_cm2';

/** One row a detection. */
export function writeCsv(results: readonly Exported[], pixelsPerCm?: number): string {
  const rows = results.flatMap(({ result, image }) =>
    result.detections.map((detection) => {
      const { class: name, confidence, box, area } = detection;
      const figures = [confidence, box.x1, box.y1, box.x2, box.y2, area.pixels, area.share];
      return [image.filename, name, ...figures, squareCm(detection, pixelsPerCm)].map(cell).join(',');
    }),
  );
  return [HEAD, ...rows].map((row) => `${row}\r\n`).join('');
}

/** Categories are named by their class, because models number theirs differently. */
export function writeCoco(results: readonly Exported[]) {
  const found = results.flatMap(({ result }, index) =>
    result.detections.map((detection) => ({ detection, imageId: index + 1 })),
  );
  const names = [...new Set(found.map(({ detection }) => detection.class))].sort();
  const ids = new Map(names.map((name, index) => [name, index + 1]));
  return {
    images: results.map(({ image: { filename, width, height } }, index) => ({
      id: index + 1,
      file_name: filename,
      width,
      height,
    })),
    categories: names.map((name) => ({ id: ids.get(name), name })),
    annotations: found.map(({ detection, imageId }, index) => {
      const { box, mask, polygons, area, confidence } = detection;
      return {
        id: index + 1,
        image_id: imageId,
        category_id: ids.get(detection.class),
        score: confidence,
        iscrowd: 0,
        bbox: [box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1],
        area: area.pixels,
        segmentation: mask ?? polygons.map((ring) => ring.flat()),
      };
    }),
  };
}

/** One line an object: the class, then the ring with the largest box in shares of the picture, or its box where it has none. */
export function writeYolo({ detections, image: { width, height } }: Result): string {
  const share = (x: number, y: number) => `${(x / width).toFixed(6)} ${(y / height).toFixed(6)}`;
  const lines = detections.map(({ classId, polygons, box }) => {
    const [ring] = polygons.toSorted((a, b) => boxAreaOf(b) - boxAreaOf(a));
    if (ring !== undefined) return `${classId} ${ring.map(([x, y]) => share(x, y)).join(' ')}`;
    return `${classId} ${share((box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2)} ${share(box.x2 - box.x1, box.y2 - box.y1)}`;
  });
  return lines.map((line) => `${line}\n`).join('');
}

function boxAreaOf(ring: Result['detections'][number]['polygons'][number]): number {
  const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  return (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
}
