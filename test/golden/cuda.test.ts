import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareBatchModel } from '../../core/adapters/onnx/batch-model.ts';
import { createSession } from '../../core/adapters/onnx/create-session.ts';
import { loadModel } from '../../core/adapters/onnx/load-model.ts';
import { tryProvider } from '../../core/adapters/onnx/try-provider.ts';
import { createImageDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import type { ExecutionProvider } from '../../core/contracts/device.ts';
import { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { inferImage } from '../../core/domain/analysis/infer-image.ts';
import { decodeRle } from '../../core/vision/coco-rle.ts';
import { countPixels, intersectMasks } from '../../core/vision/run-mask.ts';
import { colourModel } from '../helpers/colour-model.ts';
import { needs } from '../helpers/needs.ts';

/** With NVIDIA_TF32_OVERRIDE=0, as the image of the task has it: numbers are not shortened to 10 bits on the way. */
needs((await tryProvider('cuda')) === undefined, 'a GPU that onnxruntime computes on is');

const models = new URL('../../models/', import.meta.url);
const decodeImage = createImageDecoder();

async function analyzeSamples(provider: ExecutionProvider) {
  const { models: known } = JSON.parse(readFileSync(new URL('registry.json', models), 'utf8'));
  const manifest = ModelManifest.parse(known[0]);
  const bytes = readFileSync(new URL(known[0].weights, models));
  const model = await loadModel({ bytes }, manifest, { threads: 2, provider });
  const samples = new URL('samples/', models);
  const documents = [];
  for (const name of readdirSync(samples).filter((each) => each.endsWith('.jpg'))) {
    const image = { id: name, sha256: '0' };
    const sample = { bytes: readFileSync(new URL(name, samples)), image, options: AnalysisOptions.parse({}) };
    documents.push(await inferImage(sample, { decodeImage, encodeLabelMap, model }));
  }
  await model.release();
  return documents.flatMap(({ detections }) => detections);
}

describe('a GPU', () => {
  let found: Awaited<ReturnType<typeof analyzeSamples>>;
  let wanted: typeof found;
  beforeAll(async () => {
    if ((await tryProvider('cuda')) !== undefined) return;
    wanted = await analyzeSamples('cpu');
    found = await analyzeSamples('cuda');
  });

  it('finds what the processor finds, as sure and in the same places', () => {
    expect(wanted.length).toBeGreaterThan(5);
    expect(found.map((each) => each.class)).toEqual(wanted.map((each) => each.class));
    for (const [index, { confidence, box }] of found.entries()) {
      expect(confidence).toBeCloseTo(wanted[index]?.confidence ?? 0, 3);
      for (const [side, at] of Object.entries(box)) {
        expect(at).toBeCloseTo(wanted[index]?.box[side as keyof typeof box] ?? 0, 1);
      }
    }
  });

  it('draws the masks that the processor draws', () => {
    for (const [index, { mask }] of found.entries()) {
      const other = wanted[index]?.mask;
      if (!mask || !other) return expect.fail('no mask');
      const shared = countPixels(intersectMasks(decodeRle(mask), decodeRle(other)));
      const all = countPixels(decodeRle(mask)) + countPixels(decodeRle(other)) - shared;
      expect(shared / all).toBeGreaterThan(0.999);
    }
  });

  it('gives in batches that are filled up what it gives one by one', async () => {
    const { weights, manifest } = colourModel();
    const open = () => createSession({ bytes: weights }, { threads: 1, provider: 'cuda' });
    const model = await prepareBatchModel(open, manifest, { size: 4, waitMs: 5, isPadded: true });
    const shares = [0.1, 0.3, 0.5, 0.7, 0.9];
    const runs = shares.map((share) =>
      model
        .run((input) => void input.fill(0).fill(share, 0, 64 * 64))
        .then(([output]) => output?.data[4 * 84]),
    );
    expect(await Promise.all(runs)).toEqual(shares.map((share) => expect.closeTo(share, 4)));
    await model.release();
  });
});
