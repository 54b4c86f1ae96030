import { existsSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { makeImage } from '../helpers/make-image.ts';
import { needs } from '../helpers/needs.ts';
import { postForm, sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { sharedFile } from '../helpers/shared-data.ts';
import { signedInClient } from '../helpers/signed-in.ts';

const call = await signedInClient();
const post = (bytes: Uint8Array, contentType = 'image/jpeg', query = '') =>
  call(`POST /v1/images${query}`, { bytes, headers: { 'content-type': contentType } });
const truncated = async () => {
  const whole = await sharp({
    create: {
      width: 900,
      height: 900,
      channels: 3,
      background: 'red',
      noise: { type: 'gaussian', mean: 100, sigma: 30 },
    },
  })
    .jpeg()
    .toBuffer();
  return whole.subarray(0, whole.byteLength / 2);
};

describe('POST /v1/images answers with a problem that says what to do', () => {
  it.each([
    ['no bytes', async () => post(new Uint8Array()), 400, 'empty_image', /bytes/],
    ['text in a .jpg', async () => post(Buffer.from('hello')), 415, 'unsupported_image', /Send a JPEG/],
    ['a truncated JPEG', async () => post(await truncated()), 422, 'damaged_image', /Export it again/],
    [
      'a wrong content type',
      async () => post(await makeImage(1), 'text/plain'),
      415,
      'unsupported_body',
      /image\/…/,
    ],
    [
      '4,500,001 bytes',
      async () => post(new Uint8Array(4_500_001)),
      413,
      'image_too_large',
      /POST \/v1\/uploads/,
    ],
    [
      'an unknown model',
      async () => post(await makeImage(1), 'image/jpeg', '?models=nope'),
      422,
      'unknown_model',
      /no model nope/,
    ],
    [
      'options out of range',
      async () => post(await makeImage(1), 'image/jpeg', '?options={"confidence":7}'),
      400,
      'invalid_request',
      /confidence/,
    ],
    [
      'options that are no numbers',
      async () => post(await makeImage(1), 'image/jpeg', '?options={"confidence":NaN}'),
      400,
      'invalid_request',
      /JSON/,
    ],
    [
      'options without bounds',
      async () => post(await makeImage(1), 'image/jpeg', '?options={"iou":1e400}'),
      400,
      'invalid_request',
      /iou/,
    ],
    [
      'options that are no JSON',
      async () => post(await makeImage(1), 'image/jpeg', '?options=seven'),
      400,
      'invalid_request',
      /JSON/,
    ],
    [
      'an unknown option',
      async () => post(await makeImage(1), 'image/jpeg', '?options={"colour":1}'),
      400,
      'invalid_request',
      /colour/,
    ],
  ])('%s', async (...[, send, status, code, detail]) => {
    const answer = await send();
    expect(answer.body).toMatchObject({ status, code });
    expect(answer.body.detail).toMatch(detail);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('a form without a file', async () => {
    const form = new FormData();
    form.append('text', 'hello');
    expect(await call('POST /v1/images', { form })).toMatchObject({
      status: 400,
      body: { code: 'missing_form_field' },
    });
  });
});

it('takes an image of one pixel', async () => {
  const { status, body } = await post(await makeImage(3, 1));
  expect(status).toBe(202);
  expect(body.image).toMatchObject({ width: 1, height: 1 });
});

describe('an upload by a presigned form', () => {
  it('ends as failed with a code where the file is no image', async () => {
    const sent = await sendPresigned(call, {
      bytes: Buffer.from('hello'),
      filename: 'a.jpg',
      contentType: 'image/jpeg',
    });
    expect(sent.status).toBe(204);
    expect(await waitForEnd(call, `/v1/uploads/${sent.id}`)).toMatchObject({
      status: 'failed',
      images: [],
      refused: [{ name: 'a.jpg', code: 'unsupported_image' }],
    });
  });

  it('is refused by the bucket with another key, type or size', async () => {
    const { body: form } = await call('POST /v1/uploads', {
      json: { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 100 },
    });
    const changed = (fields: Record<string, string>) => ({ ...form, fields: { ...form.fields, ...fields } });
    const bytes = await makeImage(4);
    expect((await postForm(changed({ key: 'images/other' }), bytes)).status).toBe(403);
    expect((await postForm(changed({ 'Content-Type': 'text/html' }), bytes)).status).toBe(403);
    expect((await postForm(form, new Uint8Array())).status).toBe(400);
    expect((await postForm(form, bytes)).status).toBe(204);
  });

  it('is used once: what is sent later under the same form changes nothing', async () => {
    const first = await sendPresigned(call, {
      bytes: await makeImage(5),
      filename: 'a.jpg',
      contentType: 'image/jpeg',
    });
    const upload = await waitForEnd(call, `/v1/uploads/${first.id}`);
    expect((await postForm(first.form, await makeImage(6))).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const { body: later } = await call(`GET /v1/uploads/${first.id}`);
    expect(later).toEqual(upload);
    const { body: before } = await call(`GET /v1/images/${upload.images[0]}`);
    expect(before.modifiedAt).toBe(before.uploadedAt);
  });

  it.each([
    [
      'too large a file',
      { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 50_000_001 },
      413,
      'upload_too_large',
    ],
    [
      'an unknown model',
      { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 1, models: ['nope'] },
      422,
      'unknown_model',
    ],
    [
      'an unknown field',
      { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 1, colour: 1 },
      400,
      'invalid_request',
    ],
    [
      'options out of range',
      {
        kind: 'image',
        filename: 'a.jpg',
        contentType: 'image/jpeg',
        sizeBytes: 1,
        options: { iou: -1 },
      },
      400,
      'invalid_request',
    ],
    [
      'options that are no numbers',
      {
        kind: 'image',
        filename: 'a.jpg',
        contentType: 'image/jpeg',
        sizeBytes: 1,
        options: { confidence: Number.NaN },
      },
      400,
      'invalid_request',
    ],
    [
      'a content type that is no image',
      { kind: 'image', filename: 'a', contentType: 'text/html', sizeBytes: 1 },
      400,
      'invalid_request',
    ],
  ])('is not begun with %s', async (_, json, status, code) => {
    expect((await call('POST /v1/uploads', { json })).body).toMatchObject({ status, code });
  });
});

it.each([
  ['GET /v1/jobs/job_00000000000000000000000000000000', 'job_not_found'],
  ['GET /v1/jobs/nonsense', 'job_not_found'],
  ['GET /v1/jobs/nonsense/result', 'job_not_found'],
  ['GET /v1/jobs/nonsense/overlay.png', 'job_not_found'],
  ['GET /v1/images/nonsense', 'image_not_found'],
  ['GET /v1/uploads/nonsense', 'upload_not_found'],
  ['GET /v1/nothing', 'route_not_found'],
])('%s is a 404 that says what is missing', async (route, code) => {
  expect(await call(route)).toMatchObject({ status: 404, body: { code } });
});

const edge = sharedFile('images/edge');
describe('images in awkward encodings', () => {
  needs(existsSync(edge), 'the awkward encodings of the shared test data are');
  it.each([
    'animated.gif',
    'cmyk.jpg',
    'gray.jpg',
    'palette.png',
    'progressive.jpg',
    'rgb16.png',
    'thin-1200x3.png',
    'tiff.tif',
  ])('%s is taken', async (name) => {
    const { status, body } = await post(readFileSync(`${edge}/${name}`), 'image/*');
    expect(status).toBe(202);
    const file = await call(`GET /v1/images/${body.image.id}/file`);
    const stored = await fetch(file.headers.get('location') as string);
    const metadata = await sharp(Buffer.from(await stored.arrayBuffer())).metadata();
    expect(metadata).toMatchObject({ width: body.image.width, height: body.image.height, format: 'jpeg' });
  });
});
