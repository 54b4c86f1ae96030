import type { AppliedOptions, ScaleOptions } from '../../contracts/analysis-options.ts';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import type {
  AreaDocument,
  ClassSummary,
  DetectionDocument,
  ResultDocument,
  ScaleDocument,
} from '../../contracts/result-document.ts';
import { encodeRle } from '../../vision/coco-rle.ts';
import type { Detection } from '../../vision/detection.ts';
import { type Box, boxArea } from '../../vision/geometry.ts';
import { type LabelMap, paintLabelMap } from '../../vision/label-map.ts';
import { measureScale } from '../../vision/measure-scale.ts';
import { countPixels } from '../../vision/run-mask.ts';
import { simplifyRing, toPoints } from '../../vision/simplify-ring.ts';
import { tracePolygons } from '../../vision/trace-polygons.ts';

export interface InferredImage {
  readonly image: ResultDocument['image'];
  readonly manifest: ModelManifest;
  readonly options: AppliedOptions;
  /** What is reported. */
  readonly detections: readonly Detection[];
  /** The object of known size, whole, where one was asked for and found; it need not be among those. */
  readonly reference?: Detection | undefined;
}

/** Writes down what was found. */
export async function composeResult(
  inferred: InferredImage,
  encodeLabelMap: (map: LabelMap) => Promise<Uint8Array>,
): Promise<Omit<ResultDocument, 'timing'>> {
  const { image, manifest, options } = inferred;
  const scale = options.scale && findScale(options.scale, inferred);
  const detections = inferred.detections.map((detection) =>
    describe(detection, inferred, scale ?? undefined),
  );
  return {
    image,
    model: { id: manifest.id, version: manifest.version, sha256: manifest.sha256 },
    options,
    detections,
    summary: summarize(detections),
    ...(scale !== undefined && { scale }),
    ...(options.mask === 'png' && { labelMap: await drawLabelMap(inferred, encodeLabelMap) }),
  };
}

/** @returns null where the reference object is not in the image. */
function findScale(options: ScaleOptions, { detections, reference }: InferredImage): ScaleDocument | null {
  if ('pixelsPerCm' in options) return { ...options, source: 'given' };
  const scale = reference && measureScale(reference, options.reference.size);
  if (reference === undefined || scale === undefined) return null;
  // Regions cut masks; boxes stay as they were found.
  const detection = detections.findIndex(
    ({ classId, box }) => classId === reference.classId && areEqual(box, reference.box),
  );
  return { ...scale, source: 'reference', ...(detection !== -1 && { detection }) };
}

const areEqual = (a: Box, b: Box) => a.x1 === b.x1 && a.y1 === b.y1 && a.x2 === b.x2 && a.y2 === b.y2;

function describe(
  detection: Detection,
  { image, manifest, options }: InferredImage,
  scale: ScaleDocument | undefined,
): DetectionDocument {
  const { classId, confidence, box, mask } = detection;
  const wantsPolygons = options.mask === 'rle' || options.mask === 'polygon';
  const pixels = mask ? countPixels(mask) : boxArea(box);
  return {
    class: manifest.classes[classId] ?? `class ${classId}`,
    classId,
    confidence,
    box,
    mask: mask && options.mask === 'rle' ? encodeRle(mask) : null,
    polygons:
      mask && wantsPolygons
        ? tracePolygons(mask).map((ring) => toPoints(simplifyRing(ring, options.polygonTolerance)))
        : [],
    area: { pixels, share: Math.min(1, pixels / (image.width * image.height)), ...toSquareCm(pixels, scale) },
  };
}

/** An area is off by twice the share by which its scale is. */
function toSquareCm(
  pixels: number,
  scale: ScaleDocument | undefined,
): Pick<AreaDocument, 'cm2' | 'cm2Uncertainty'> {
  if (scale === undefined) return { cm2: null };
  const cm2 = pixels / scale.pixelsPerCm ** 2;
  return { cm2, cm2Uncertainty: cm2 * 2 * scale.uncertainty };
}

/** One row a class, that of the most confident detection first. */
function summarize(detections: readonly DetectionDocument[]): ClassSummary[] {
  const sum = (of: DetectionDocument[], value: (area: AreaDocument) => number) =>
    of.reduce((total, { area }) => total + value(area), 0);
  return [...Map.groupBy(detections, (detection) => detection.class)].map(([name, found]) => ({
    class: name,
    count: found.length,
    pixels: sum(found, ({ pixels }) => pixels),
    share: sum(found, ({ share }) => share),
    cm2: found.some(({ area }) => area.cm2 === null) ? null : sum(found, ({ cm2 }) => cm2 ?? 0),
  }));
}

async function drawLabelMap(
  { detections, image }: InferredImage,
  encodeLabelMap: (map: LabelMap) => Promise<Uint8Array>,
): Promise<string> {
  const map = paintLabelMap(
    detections.map(({ mask }) => mask),
    image,
  );
  return toBase64(await encodeLabelMap(map));
}

const toBase64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
