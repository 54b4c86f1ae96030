import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { decodeRle } from '../../core/vision/coco-rle.ts';
import { countPixels, countShared } from '../../core/vision/run-mask.ts';
import { openBenchModel } from './bench-model.ts';
import { enlargeThreefold, type Photographs, sharedModel } from './photographs.ts';
import type { Measurement } from './report.ts';
import { type FoundMask, startSahi } from './sahi-peer.ts';

/** Objects that are there beyond doubt: the single view is sure of them. */
const CERTAIN = 0.5;
const SAME_OBJECT = 0.5;
const DOUBLED = 0.8;
const THREADS = 2;

/**
 * What tiles lose and double: photographs enlarged threefold show nothing new, so every object that the single
 * view is certain of should be found among the tiles' once, by the product and by sahi on the same model.
 */
export async function measureTiles(_: Photographs, folder: string): Promise<Measurement[]> {
  const paths = await enlargeThreefold(join(folder, 'threefold'));
  const single = await findAll(paths, {});
  const certain = single.map((found) => found.filter(({ confidence }) => confidence >= CERTAIN));
  const tiled = await findAll(paths, { tiles: { size: 640, overlap: 0.2 } });
  const sahi = await startSahi(sharedModel('yolov8n-seg.onnx'), THREADS);
  const peer: FoundMask[][] = [];
  for (const path of paths) peer.push(await sahi.predict(path));
  sahi.stop();
  return [...describe('tiles', certain, tiled), ...describe('sahi', certain, peer)];
}

async function findAll(
  paths: readonly string[],
  options: Parameters<typeof AnalysisOptions.parse>[0],
): Promise<FoundMask[][]> {
  const model = await openBenchModel(
    sharedModel('yolov8n-seg.onnx'),
    THREADS,
    AnalysisOptions.parse(options),
  );
  const found: FoundMask[][] = [];
  for (const path of paths) {
    const { detections } = await model.analyze(readFileSync(path));
    found.push(
      detections.flatMap(({ class: name, confidence, mask }) =>
        mask === null ? [] : { class: name, confidence, mask: decodeRle(mask) },
      ),
    );
  }
  await model.release();
  return found;
}

function describe(
  name: string,
  certain: readonly FoundMask[][],
  found: readonly FoundMask[][],
): Measurement[] {
  const wanted = certain.flat().length;
  const lost = certain.flatMap((objects, photo) => listLost(objects, found[photo] ?? []));
  const doubled = found.flatMap(listDoubled);
  return [
    {
      name: `${name}: certain objects found again`,
      value: (wanted - lost.length) / wanted,
      unit: 'of them',
      ...(name === 'tiles' && { target: { atLeast: 0.97 } }),
      detail: `${wanted - lost.length} of ${wanted} on ${certain.length} photographs; lost: ${countByClass(lost)}`,
    },
    {
      name: `${name}: objects found twice`,
      value: doubled.length,
      unit: '',
      detail: `of ${found.flat().length}: ${countByClass(doubled)}`,
    },
  ];
}

function listLost(objects: readonly FoundMask[], found: readonly FoundMask[]): FoundMask[] {
  const left = new Set(found);
  return objects.filter((object) => {
    const match = [...left].find(
      (other) => other.class === object.class && overlap(object, other) > SAME_OBJECT,
    );
    if (match !== undefined) left.delete(match);
    return match === undefined;
  });
}

/** Objects that lie within another of their class. */
const listDoubled = (found: readonly FoundMask[]) =>
  found.filter((object, index) =>
    found.some((other, place) => {
      const isSmaller = countPixels(object.mask) < countPixels(other.mask) || place < index;
      const shared = countShared(object.mask, other.mask);
      return (
        place !== index &&
        isSmaller &&
        other.class === object.class &&
        shared > DOUBLED * countPixels(object.mask)
      );
    }),
  );

function overlap({ mask: a }: FoundMask, { mask: b }: FoundMask): number {
  const shared = countShared(a, b);
  return shared === 0 ? 0 : shared / (countPixels(a) + countPixels(b) - shared);
}

function countByClass(objects: readonly FoundMask[]): string {
  const groups = [...Map.groupBy(objects, (object) => object.class)];
  return groups.map(([name, { length }]) => `${length} ${name}`).join(', ') || 'none';
}
