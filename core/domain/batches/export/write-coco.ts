import type { DetectionDocument } from '../../../contracts/result-document.ts';
import { encodeRle } from '../../../vision/coco-rle.ts';
import type { Size } from '../../../vision/geometry.ts';
import { fillRings } from '../../../vision/regions.ts';
import { ringArea } from '../../../vision/simplify-ring.ts';
import { type ModelVersion, modelReference } from '../../entities/job.ts';
import { type ExportedResult, type ResultWriter, sourceOf, timeOf } from './exported-result.ts';

/** Classes of the second model begin after this many, and so on. */
const CATEGORIES_PER_MODEL = 10_000;

/**
 * COCO's object detection format (https://cocodataset.org/#format-data), annotations first, since they are what
 * there is much of. A category is a class of a model: `classId + 1`, and 10,000 more for each model before it in
 * `models`. A frame of a video is an image of its own, named with a media fragment (`video.mp4#t=1.5`), and names
 * its video and its place in it. `area` is the product's own pixel count; a `score` makes each annotation a COCO result too.
 */
export function createCocoWriter(models: readonly ModelVersion[]): ResultWriter {
  const modelIndex = new Map(models.map((model, index) => [modelReference(model), index]));
  const images = new Map<string, { readonly id: number }>();
  const categories = new Map<number, object>();
  let annotationCount = 0;

  const imageNumber = (result: ExportedResult): number => {
    const { width, height, id: uuid, sha256 } = sourceOf(result);
    const key = `${uuid} ${result.frame ?? ''}`;
    const known = images.get(key);
    if (known !== undefined) return known.id;
    const entry = { id: images.size + 1, width, height, ...nameOf(result), uuid, sha256 };
    images.set(key, entry);
    return entry.id;
  };

  const categoryNumber = (model: ModelVersion, { class: name, classId }: DetectionDocument): number => {
    const reference = modelReference(model);
    const id = (modelIndex.get(reference) ?? models.length) * CATEGORIES_PER_MODEL + classId + 1;
    categories.set(id, { id, name, supercategory: reference });
    return id;
  };

  return {
    begin: '{"annotations":[',
    add(result) {
      const image_id = imageNumber(result);
      return result.document.detections
        .map((detection) => {
          annotationCount += 1;
          const annotation = {
            id: annotationCount,
            image_id,
            category_id: categoryNumber(result.document.model, detection),
            ...shapeOf(detection, sourceOf(result)),
            iscrowd: 0,
            score: detection.confidence,
          };
          return `${annotationCount === 1 ? '' : ','}\n${JSON.stringify(annotation)}`;
        })
        .join('');
    },
    end: () =>
      `\n],"images":${JSON.stringify([...images.values()])},` +
      `"categories":${JSON.stringify([...categories.values()])},` +
      `"licenses":[],"info":{"description":"Detections by Segmentry"}}\n`,
  };
}

function nameOf(result: ExportedResult) {
  const { filename, frame } = result;
  if (frame === undefined) return { file_name: filename };
  const time_seconds = timeOf(result);
  const video_id = sourceOf(result).id;
  return { file_name: `${filename}#t=${time_seconds}`, video_id, frame_id: frame, time_seconds };
}

function shapeOf(detection: DetectionDocument, image: Size) {
  const { box, area } = detection;
  const bbox = [box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1];
  return { bbox, area: area.pixels, segmentation: segmentationOf(detection, image) };
}

/** COCO takes polygons together and knows no holes: a shape that has one is written as a mask. */
function segmentationOf({ box: { x1, y1, x2, y2 }, mask, polygons }: DetectionDocument, image: Size) {
  if (mask !== null) return mask;
  const rings = polygons.map((ring) => ring.flat());
  if (rings.some((ring) => ringArea(Int32Array.from(ring)) < 0)) return encodeRle(fillRings(polygons, image));
  return rings.length > 0 ? rings : [[x1, y1, x2, y1, x2, y2, x1, y2]];
}
