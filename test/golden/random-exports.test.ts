import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeModel } from '../../core/adapters/onnx/describe-model.ts';
import { loadModel } from '../../core/adapters/onnx/load-model.ts';
import { createImageDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import type { DetectionDocument } from '../../core/contracts/result-document.ts';
import { inferImage } from '../../core/domain/analysis/infer-image.ts';
import { decodeRle } from '../../core/vision/coco-rle.ts';
import { countPixels, countShared } from '../../core/vision/run-mask.ts';

/**
 * Networks of the families with random weights, exported by each family's own code, and what that code finds in two photographs,
 * from their pixels to the boxes: test/fixtures/exports/make_exports.py makes both. Narrow networks, which are small enough, stand
 * in the repository; those of full size are compared where they have been made. The photographs have the size that the network
 * sees: how an image is resized for each family is proved in families.test.ts.
 */
const COLLECTIONS = {
  narrow: new URL('../fixtures/exports/models/', import.meta.url),
  full: new URL('../../out/exports/', import.meta.url),
};

interface Found {
  readonly classId: number;
  readonly score: number;
  readonly box: readonly [number, number, number, number];
  /** Of the mask, as starts and ends in its columns. */
  readonly runs?: readonly number[];
}

interface Network {
  readonly family: string;
  readonly by: string;
  readonly found: Record<string, readonly Found[]>;
}

const THRESHOLD = 0.25;
/** Two runtimes add floats up in another order: what is this near the threshold may be on either side of it. */
const SCORE_TOLERANCE = 0.002;
const BOX_TOLERANCE_PIXELS = 0.1;
const LEAST_MASK_OVERLAP = 0.98;

function readNetworks(folder: URL): Record<string, Network> {
  const expected = new URL('expected.json', folder);
  return existsSync(expected) ? JSON.parse(readFileSync(expected, 'utf8')) : {};
}

const decodeImage = createImageDecoder();
const options = AnalysisOptions.parse({ confidence: THRESHOLD, iou: 0.7, polygonTolerance: 0 });

async function open(bytes: Uint8Array) {
  const manifest = await describeModel(bytes, { id: 'export', version: '1' });
  const model = await loadModel({ bytes }, manifest, { threads: 1 });
  return {
    manifest,
    async find(bytes: Uint8Array) {
      const request = { bytes, image: { id: 'export', sha256: '0' }, options };
      return inferImage(request, { decodeImage, encodeLabelMap, model });
    },
    release: () => model.release(),
  };
}

const sidesOf = ({ box }: DetectionDocument) => [box.x1, box.y1, box.x2, box.y2] as const;

/** Well above the threshold, and with something of its box in the image: what lies beyond is cut off by some, dropped by others. */
const isClear = (score: number, [x1, y1, x2, y2]: Found['box']) =>
  score > THRESHOLD + SCORE_TOLERANCE && x2 - x1 > 1 && y2 - y1 > 1;

function isAlike(theirs: Found, ours: DetectionDocument): boolean {
  const apart = sidesOf(ours).map((side, index) => Math.abs(side - (theirs.box[index] as number)));
  return (
    ours.classId === theirs.classId &&
    Math.abs(ours.confidence - theirs.score) <= SCORE_TOLERANCE &&
    Math.max(...apart) <= BOX_TOLERANCE_PIXELS
  );
}

function maskOverlap(theirs: Found, ours: DetectionDocument, [height, width]: [number, number]): number {
  const wanted = { width, height, runs: Int32Array.from(theirs.runs ?? []) };
  const mask = decodeRle(ours.mask ?? { size: [height, width], counts: '' });
  const shared = countShared(mask, wanted);
  const union = countPixels(mask) + countPixels(wanted) - shared;
  return union === 0 ? 1 : shared / union;
}

describe.each(Object.entries(COLLECTIONS))('%s networks of random weights', (_, folder) => {
  const networks = Object.entries(readNetworks(folder));

  test('are here', ({ skip }) => {
    skip(networks.length === 0, 'none has been made: test/fixtures/exports/make_exports.py makes them');
    expect(networks.length).toBeGreaterThan(5);
  });

  test.each(networks)('%s', async (name, { family, found }) => {
    const model = await open(readFileSync(new URL(`${name}.onnx`, folder)));
    expect(model.manifest.family).toBe(family);
    let compared = 0;
    for (const [photograph, theirs] of Object.entries(found)) {
      const { detections: ours, image } = await model.find(readFileSync(new URL(photograph, folder)));
      const clear = theirs.filter(({ score, box }) => isClear(score, box));
      expect(clear.filter((one) => !ours.some((other) => isAlike(one, other)))).toEqual([]);
      const invented = ours.filter(
        (one) => isClear(one.confidence, sidesOf(one)) && !theirs.some((other) => isAlike(other, one)),
      );
      expect(invented).toEqual([]);
      compared += clear.length;
      for (const object of clear.filter(({ runs }) => runs !== undefined)) {
        const overlaps = ours
          .filter((one) => isAlike(object, one))
          .map((one) => maskOverlap(object, one, [image.height, image.width]));
        expect(Math.max(...overlaps)).toBeGreaterThanOrEqual(LEAST_MASK_OVERLAP);
      }
    }
    await model.release();
    expect(compared).toBeGreaterThan(0);
  });
});
