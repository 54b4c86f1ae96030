import { expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import { type InferImagePorts, inferImage } from '../../../../core/domain/analysis/infer-image.ts';

it('stops between the views of an image when its time is over', async () => {
  const limit = new AbortController();
  let looked = 0;
  const load = async () => {
    looked += 1;
    limit.abort();
    return () => {};
  };
  const view = { load } as never;
  const size = { width: 64, height: 64 };
  const ports: InferImagePorts = {
    decodeImage: async () => ({ ...size, views: Array(9).fill(view) }),
    model: {
      manifest: { id: 'food', version: '1', classes: [] } as never,
      layout: { family: 'none' } as never,
      inputSize: size,
      run: () => expect.fail('ran after its time'),
    },
    encodeLabelMap: async () => new Uint8Array(),
  };
  const image = { id: 'image-1', sha256: 'f00d' };
  const options = AnalysisOptions.parse({});
  const { signal } = limit;
  await expect(inferImage({ bytes: new Uint8Array(), image, options, signal }, ports)).rejects.toMatchObject({
    code: 'analysis_timed_out',
  });
  expect(looked).toBe(1);
});
