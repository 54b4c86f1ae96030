import type { DetectionDocument } from '../../core/contracts/result-document.ts';
import { type ExportedResult, sourceOf } from '../../core/domain/batches/export/exported-result.ts';
import { nameModels } from './name-models.ts';
import type { SentJob } from './run-journal.ts';

interface TextFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Labels as YOLO trains on (https://docs.ultralytics.com/datasets/segment/): a file an image or frame, a line a
 * detection: class and polygon, or class and box where there is no mask, as shares of the image. `classes.txt`
 * names the classes that were found, at their numbers; each of several models has numbers of its own, and so a file.
 */
export function* writeYolo(results: Iterable<ExportedResult>, jobs: readonly SentJob[]): Generator<TextFile> {
  const outputNames = new Map(jobs.map(({ id, outputName }) => [id, outputName]));
  const classes = new Map<string, string[]>();
  for (const result of results) {
    const { detections, model } = result.document;
    const name = `${model.id}@${model.version}`;
    const names = classes.get(name) ?? [];
    classes.set(name, names);
    for (const { classId, class: name } of detections) names[classId] = name;
    const frame = result.frame === undefined ? '' : `-${String(result.frame).padStart(6, '0')}`;
    const lines = detections.map((detection) => `${toLabel(detection, sourceOf(result))}\n`);
    yield { path: `labels/${outputNames.get(result.jobId)}${frame}.txt`, text: lines.join('') };
  }
  if (classes.size === 0) yield { path: 'classes.txt', text: '' };
  const shortNameOf = nameModels(classes.keys());
  for (const [model, names] of classes) {
    const path = classes.size > 1 ? `classes.${shortNameOf(model)}.txt` : 'classes.txt';
    yield { path, text: Array.from(names, (name, id) => `${name ?? `class ${id}`}\n`).join('') };
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A line has one polygon: of several parts the one with the largest box. */
function toLabel({ classId, box, polygons }: DetectionDocument, { width, height }: Size): string {
  const [largest] = polygons.toSorted((a, b) => boxAreaOf(b) - boxAreaOf(a));
  const shares =
    largest !== undefined
      ? largest.flatMap(([x, y]) => [x / width, y / height])
      : [
          (box.x1 + box.x2) / 2 / width,
          (box.y1 + box.y2) / 2 / height,
          (box.x2 - box.x1) / width,
          (box.y2 - box.y1) / height,
        ];
  return [classId, ...shares.map((share) => Number(share.toFixed(6)))].join(' ');
}

function boxAreaOf(ring: readonly (readonly [number, number])[]): number {
  const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  return (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
}
