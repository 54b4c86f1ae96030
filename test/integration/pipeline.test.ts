import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { drawOverlay } from '../../core/adapters/sharp/draw-overlay.ts';
import { ResultDocument } from '../../core/contracts/result-document.ts';
import type { ApiClient } from '../helpers/api-client.ts';
import { needs } from '../helpers/needs.ts';
import { sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { sharedFile } from '../helpers/shared-data.ts';
import { signedInClient } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const { models, referenceModel } = deployment;

/** Of a new user for each test: what has been analysed before is not analysed again. */
let call: ApiClient;
beforeEach(async () => {
  call = await signedInClient();
});

interface ReferenceObject {
  className: string;
  score: number;
  maskArea: number;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const photograph = (name: string) => readFileSync(sharedFile(`images/${name}`));
const sample = readFileSync(sampleFile('table-1.jpg'));
const send = (query: string, bytes = sample) =>
  call(`POST /v1/images?${query}`, { bytes, headers: { 'content-type': 'image/jpeg' } });

/** Objects the reference implementation is sure of, in this photograph. */
function referenceOf(name: string): ReferenceObject[] {
  const reference = JSON.parse(readFileSync(sharedFile('images/reference.json'), 'utf8'));
  const objects: ReferenceObject[] = reference.models['yolov8n-seg.onnx'][name]['iou0.7'];
  return objects.filter(({ score }) => score > 0.4);
}

/** How far each reference object's area is from the nearest found object of its class, as a share. */
function areaErrors(document: ResultDocument, name: string): number[] {
  return referenceOf(name).map(({ className, maskArea }) => {
    const areas = document.detections
      .filter((each) => each.class === className)
      .map((each) => each.area.pixels);
    return Math.min(...areas.map((area) => Math.abs(area - maskArea) / maskArea));
  });
}

async function resultOf(jobPath: string, client = call): Promise<ResultDocument> {
  expect(await waitForEnd(client, jobPath)).toMatchObject({ status: 'succeeded', progress: 1, attempts: 1 });
  const answer = await client(`GET ${jobPath}/result`);
  expect(answer.status).toBe(200);
  return ResultDocument.parse(answer.body);
}

/** What a redirect leads to. */
async function fileAt(path: string, contentType?: string): Promise<Buffer> {
  const { status, headers } = await call(`GET ${path}`);
  expect(status).toBe(302);
  const file = await fetch(headers.get('location') as string);
  if (contentType !== undefined) expect(file.headers.get('content-type')).toBe(contentType);
  return Buffer.from(await file.arrayBuffer());
}

const pixelsOf = (bytes: Uint8Array) => sharp(bytes).removeAlpha().raw().toBuffer();

describe('a photograph goes through the whole pipeline', () => {
  needs(referenceModel !== undefined, 'the photographs and weights of the shared test data are');

  it.each([
    'bus.jpg',
    '000000000139.jpg',
    '000000000632.jpg',
    '000000001268.jpg',
    '000000007991.jpg',
    '000000008844.jpg',
  ])('%s in the request itself and by a presigned form, with the areas of the reference', async (name) => {
    const bytes = photograph(name);
    const direct = await call('POST /v1/images?models=yolov8n-seg', {
      bytes,
      headers: { 'content-type': 'image/jpeg', 'x-filename': encodeURIComponent(`ü ${name}`) },
    });
    expect(direct.status).toBe(202);
    expect(direct.headers.get('retry-after')).toBe('1');
    expect(direct.body.image.filename).toBe(`ü ${name}`);
    expect(direct.body.image).not.toHaveProperty('jobs');

    const other = await signedInClient();
    const sent = await sendPresigned(other, {
      bytes,
      filename: name,
      contentType: 'image/jpeg',
      request: { models: ['yolov8n-seg'] },
    });
    expect(sent.status).toBe(204);
    const upload = await waitForEnd(other, `/v1/uploads/${sent.id}`);
    expect(upload).toMatchObject({
      status: 'done',
      refused: [],
      progress: { done: 1, refused: 0, total: 1 },
    });
    const { body: image } = await other(`GET /v1/images/${upload.images[0]}`);
    expect(image).toMatchObject({ sha256: direct.body.image.sha256, originalSizeBytes: bytes.byteLength });

    for (const [job, client] of [
      [direct.body.jobs[0], call],
      [image.jobs[0], other],
    ]) {
      const document = await resultOf(job.links.self, client);
      expect(document.model.id).toBe('yolov8n-seg');
      expect(median(areaErrors(document, name))).toBeLessThan(0.02);
    }
  });

  it('finds the bus and its four people', async () => {
    const { body } = await send(`models=${referenceModel}`, photograph('bus.jpg'));
    const { summary } = await resultOf(body.jobs[0].links.self);
    expect(summary).toMatchObject([
      { class: 'person', count: 4 },
      { class: 'bus', count: 1 },
    ]);
  });
});

describe('an analysis', () => {
  it('gives a drawing, kept after the first request', async () => {
    const { body } = await send(`models=${models[0]}`);
    const { overlay } = body.jobs[0].links;
    const early = await call(`GET ${overlay}`);
    if (early.status !== 302) expect(early).toMatchObject({ status: 409, body: { code: 'job_unfinished' } });
    const document = await resultOf(body.jobs[0].links.self);
    const image = await fileAt(`/v1/images/${body.image.id}/file`);
    const expected = await pixelsOf(await drawOverlay(image, document));
    expect(expected).not.toEqual(await pixelsOf(image));
    for (let request = 0; request < 2; request++) {
      const drawing = await fileAt(overlay, 'image/png');
      expect((await pixelsOf(drawing)).equals(expected)).toBe(true);
    }
  });

  it('passes its options on to the model', async () => {
    const options = encodeURIComponent(JSON.stringify({ confidence: 0.8 }));
    const { body } = await send(`models=${models[0]}&options=${options}`);
    const document = await resultOf(body.jobs[0].links.self);
    expect(document.options.confidence).toBe(0.8);
    expect(Math.min(...document.detections.map(({ confidence }) => confidence))).toBeGreaterThanOrEqual(0.8);
  });

  it('runs every model that is named, each in a job of its own', async () => {
    const { body } = await send(`models=${models[0]}@1,${models[1]}`);
    expect(body.jobs.map(({ model }: { model: string }) => model)).toEqual(models.map((name) => `${name}@1`));
    for (const job of body.jobs)
      expect((await resultOf(job.links.self)).detections.length).toBeGreaterThan(4);
  });
});
