import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { findDefaultModel } from '../../core/composition/shipped-models.ts';
import { ResultDocument } from '../../core/contracts/result-document.ts';
import { createPipelineApi } from '../../localstack/demo/pipeline-api.ts';
import { readPhotograph } from '../../localstack/demo/read-photograph.ts';
import { readSample } from '../../localstack/demo/sample.ts';
import { findObject, SampleTruth, sampleFile } from '../helpers/sample-truth.ts';

/** Share of the true area. */
const AREA_TOLERANCE = 0.08;

/** The first is what `npm run demo` shows without arguments; against the deployment of all tests. */
test.each(['table-1', 'table-2', 'table-3'])(
  'every object on %s has its name and, nearly, its area',
  async (table) => {
    const api = await createPipelineApi(inject('deployment').apiUrl);
    const { id: model } = findDefaultModel();
    const { options } = readSample();
    const photograph = readPhotograph(sampleFile(`${table}.jpg`));
    const uploadId = await api.upload(photograph, { model, options });
    const job = await api.finished(await api.takenIn(uploadId));
    const { result, overlayPng } = await api.fetchAnalysis(job);
    const { objects } = SampleTruth.parse(JSON.parse(readFileSync(sampleFile(`${table}.json`), 'utf8')));
    const found = objects.map((object) => ({ object, detection: findObject(result.detections, object) }));
    expect(found.map(({ detection }) => detection?.class)).toEqual(objects.map((object) => object.class));
    for (const { object, detection } of found) {
      const cm2 = detection?.area.cm2 ?? 0;
      expect(Math.abs(cm2 - object.areaCm2) / object.areaCm2, object.class).toBeLessThan(AREA_TOLERANCE);
    }
    expect(overlayPng.byteLength).toBeGreaterThan(10_000);
  },
);

/** What `segmentry detect` finds on a file, with the model that ships and its defaults. */
function detectHere(photograph: string): ResultDocument {
  const program = fileURLToPath(new URL('../../cli/segmentry.mjs', import.meta.url));
  const args = [program, 'detect', photograph, '--json'];
  return ResultDocument.parse(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
}

test('a JPEG gives the same boxes and masks through the pipeline as by the command line', async () => {
  const api = await createPipelineApi(inject('deployment').apiUrl);
  const photograph = readPhotograph(sampleFile('table-2.jpg'));
  const uploadId = await api.upload(photograph, { model: 'segmentry-food', options: {} });
  const { result } = await api.fetchAnalysis(await api.finished(await api.takenIn(uploadId)));
  const here = detectHere(sampleFile('table-2.jpg'));
  expect(here.detections.length).toBeGreaterThan(3);
  const found = ({ detections }: ResultDocument) =>
    detections.map(({ class: name, box, mask }) => ({ name, box, counts: mask?.counts }));
  expect(found(result)).toEqual(found(here));
});
