import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { describeModel } from '../../../core/adapters/onnx/describe-model.ts';
import { loadModel } from '../../../core/adapters/onnx/load-model.ts';
import { createImageDecoder } from '../../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../../core/contracts/analysis-options.ts';
import { Int8Twin } from '../../../core/contracts/int8-twin.ts';
import { ModelManifest } from '../../../core/contracts/model-manifest.ts';
import { inferImage } from '../../../core/domain/analysis/infer-image.ts';
import { findObject, SampleTruth } from '../../helpers/sample-truth.ts';

const read = (path: string) => readFileSync(new URL(`../../../models/${path}`, import.meta.url));

const Shipped = ModelManifest.extend({ weights: z.string(), card: z.string(), int8: Int8Twin.optional() });
const Registry = z.strictObject({ default: z.string(), models: z.array(Shipped).min(1) });
const registry = Registry.parse(JSON.parse(read('registry.json').toString()));

const SAMPLES = ['table-1', 'table-2', 'table-3'];
const MOST_BYTES = 300_000;
const MOST_WEIGHTS_BYTES = 8_000_000;
/** What the demo shows where no photograph is given. */
const DEMO_SAMPLE = 'table-1';
/** Shares of the true area: of each object of that table, and of the middle one of any. */
const AREA_TOLERANCE = 0.08;
const MEDIAN_AREA_TOLERANCE = 0.05;
/** Objects of one table that the model may take for another food: see its card. */
const MISNAMED = 1;

async function detect(model: z.infer<typeof Shipped>, sample: string, pixelsPerCm: number) {
  const loaded = await loadModel({ bytes: read(model.weights) }, model, { threads: 1 });
  try {
    const options = AnalysisOptions.parse({ ...model.defaults, scale: { pixelsPerCm } });
    const bytes = read(`samples/${sample}.jpg`);
    return await inferImage(
      { bytes, image: { id: sample, sha256: '0' }, options },
      { decodeImage: createImageDecoder(), encodeLabelMap, model: loaded },
    );
  } finally {
    await loaded.release();
  }
}

test('the default model is registered', () => {
  expect(registry.models.map(({ id }) => id)).toContain(registry.default);
});

describe.each(registry.models)('$id', (model) => {
  test('is what the registry says of it', async () => {
    const bytes = read(model.weights);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(model.sha256);
    const { weights: _weights, card, defaults: _defaults, int8, ...manifest } = model;
    expect(await describeModel(bytes, model)).toEqual(manifest);
    expect(bytes.byteLength).toBeLessThanOrEqual(MOST_WEIGHTS_BYTES);
    expect(read(card).toString()).toContain('CC BY 4.0');
    // What people are told of it is what its card says.
    if (int8 !== undefined)
      expect(read(card).toString()).toContain(`${int8.found} of the fp32 model's ${int8.wanted}`);
  });

  test.each(SAMPLES)(
    'covers every object of %s with some detection of about its area, and names all but one',
    async (sample) => {
      const truth = SampleTruth.parse(JSON.parse(read(`samples/${sample}.json`).toString()));
      const { detections } = await detect(model, sample, truth.pixelsPerCm);
      const errors: number[] = [];
      let misnamed = 0;
      for (const object of truth.objects) {
        const detection = findObject(detections, object);
        expect(detection, object.class).toBeDefined();
        const error = Math.abs((detection?.area.cm2 ?? 0) - object.areaCm2) / object.areaCm2;
        if (sample === DEMO_SAMPLE) expect(error, object.class).toBeLessThan(AREA_TOLERANCE);
        errors.push(error);
        if (detection?.class !== object.class) misnamed += 1;
      }
      const median = errors.sort((a, b) => a - b)[Math.floor(errors.length / 2)];
      expect(median).toBeLessThan(MEDIAN_AREA_TOLERANCE);
      expect(misnamed).toBeLessThanOrEqual(MISNAMED);
    },
  );
});

test.each(SAMPLES)('%s is small', (sample) => {
  expect(read(`samples/${sample}.jpg`).byteLength).toBeLessThanOrEqual(MOST_BYTES);
});
