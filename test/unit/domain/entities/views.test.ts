import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import { inferImage } from '../../../../core/domain/analysis/infer-image.ts';
import { withViews } from '../../../../core/domain/batches/plan-batch.ts';
import type { RegisteredModel } from '../../../../core/domain/entities/model.ts';
import { storeImage } from '../../../../core/domain/media/store-image.ts';
import { countTiles, planTiles } from '../../../../core/vision/tiles.ts';

const MANY = AnalysisOptions.parse({ tiles: { size: 64, overlap: 0.8 } });
const FIFTY_MEGAPIXELS = { width: 8660, height: 5773 };
const model = { id: 'food', version: '1', sha256: 'f00d', inputSide: 640 };

it('tiles are counted as they are made', () => {
  fc.assert(
    fc.property(
      fc.record({ width: fc.integer({ min: 1, max: 900 }), height: fc.integer({ min: 1, max: 900 }) }),
      fc.record({
        size: fc.integer({ min: 64, max: 700 }),
        overlap: fc.double({ min: 0, max: 0.8, noNaN: true }),
      }),
      (image, options) => {
        expect(countTiles(image, options)).toBe(planTiles(image, options).length);
      },
    ),
  );
});

it('tiles that cover an image exactly are no more than they need be, whatever their overlap', () => {
  const wrong: string[] = [];
  for (let percent = 0; percent <= 80; percent++) {
    for (let count = 2; count <= 30; count++) {
      const width = 100 + (count - 1) * (100 - percent);
      const counted = countTiles({ width, height: 100 }, { size: 100, overlap: percent / 100 });
      if (counted !== count) wrong.push(`${counted} instead of ${count} of ${percent} %`);
    }
  }
  expect(wrong).toEqual([]);
  expect(planTiles({ width: 1920, height: 640 }, { size: 640, overlap: 0.8 })).toHaveLength(11);
});

it('a worker looks at no image 301,401 times', async () => {
  const analysis = inferImage(
    { bytes: new Uint8Array(), image: { id: 'i', sha256: 's' }, options: MANY },
    {
      decodeImage: async (_, { planTiles: plan }) => {
        const tiles = plan?.(FIFTY_MEGAPIXELS) ?? [];
        throw new Error(`${tiles.length} tiles were planned`);
      },
      model: { manifest: {}, inputSize: { width: 640, height: 640 } } as never,
      encodeLabelMap: async () => new Uint8Array(),
    },
  );
  await expect(analysis).rejects.toMatchObject({ code: 'too_many_views' });
});

/** Stores an image of some size with a job, and tells what it costs. */
async function store(size: { width: number; height: number }, options: AnalysisOptions) {
  const puts: string[] = [];
  const incoming = {
    imageId: 'image-1',
    userId: 'usr_1',
    filename: 'a.jpg',
    bytes: new Uint8Array([1]),
    ...({ keep: 'compressed', options, jobs: [{ id: 'job_1', model }] } as const),
  };
  const storing = storeImage(incoming, {
    normalizeImage: async () => ({ bytes: new Uint8Array([1]), contentType: 'image/jpeg', ...size }),
    objects: { put: async (key) => void puts.push(key), remove: async () => {} },
    images: { readContent: async () => ({ datasets: [], credits: { userId: 'usr_1' } }) },
    resultCache: { find: async () => new Map() },
    prices: { image: 750, videoFrame: 500, analysis: 100 },
    retentionDays: 0,
    now: () => new Date('2026-01-01T00:00:00Z'),
  });
  return { storing, puts };
}

it('an image that would be looked at too often is not stored', async () => {
  const { storing, puts } = await store(FIFTY_MEGAPIXELS, MANY);
  await expect(storing).rejects.toMatchObject({ code: 'too_many_views', kind: 'unprocessable' });
  expect(puts).toEqual([]);
});

it('each look costs what one analysis costs', async () => {
  const tiles = { size: 640, overlap: 0 };
  const chargesOf = async (options: AnalysisOptions) => {
    const { storing } = await store({ width: 1280, height: 1280 }, options);
    return (await storing).payment.charges.map(({ amount }) => amount);
  };
  expect(await chargesOf(AnalysisOptions.parse({}))).toEqual([750, 100]);
  expect(await chargesOf(AnalysisOptions.parse({ tiles }))).toEqual([750, 500]);
});

it('a batch has its looks counted, for images by 500 and for frames by 50', () => {
  const jobs = [{ id: 'job_1', mediaId: 'a', model: { id: 'food', version: '1' } }];
  const models = [{ ...model, inputSize: { width: 640, height: 640 } } as unknown as RegisteredModel];
  const options = AnalysisOptions.parse({ tiles: { size: 640, overlap: 0 } });
  const count = (size: { width: number; height: number }, video?: object) =>
    withViews(
      jobs.map((job) => ({ ...job, ...(video && { video: video as never }) })),
      {
        options,
        models,
        sizes: new Map([['a', size]]),
      },
    ).map(({ views }) => views);
  expect(count({ width: 1280, height: 1280 })).toEqual([5]);
  expect(count({ width: 640 * 8, height: 640 * 8 })).toEqual([65]);
  expect(() => count({ width: 640 * 8, height: 640 * 8 }, { frameCount: 10 })).toThrow('65 times');
  expect(() => count({ width: 640 * 25, height: 640 * 25 })).toThrow('626 times');
});
