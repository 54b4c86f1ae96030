import { readFileSync } from 'node:fs';
import { expect, inject, it } from 'vitest';
import { createPipelineApi } from '../../localstack/demo/pipeline-api.ts';
import { readSample } from '../../localstack/demo/sample.ts';
import { findObject, SampleTruth, sampleFile } from '../helpers/sample-truth.ts';

/** Share of the true area. */
const AREA_TOLERANCE = 0.08;

/** What `npm run demo` does without arguments, against the deployment of all tests. */
it('of every object on the sample there is an area in cm², near the true one', async () => {
  const api = await createPipelineApi(inject('deployment').apiUrl);
  const { photograph, options } = readSample();
  const uploadId = await api.upload(photograph, { model: 'segmentry-food', options });
  const job = await api.finished(await api.takenIn(uploadId));
  const { result, overlayPng } = await api.fetchAnalysis(job);
  const { objects } = SampleTruth.parse(JSON.parse(readFileSync(sampleFile('table-1.json'), 'utf8')));
  for (const object of objects) {
    const cm2 = findObject(result.detections, object)?.area.cm2 ?? 0;
    expect(Math.abs(cm2 - object.areaCm2) / object.areaCm2, object.class).toBeLessThan(AREA_TOLERANCE);
  }
  expect(overlayPng.byteLength).toBeGreaterThan(10_000);
});
