import { randomUUID } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { weightsKey } from '../../core/domain/entities/model.ts';
import type { ApiClient } from '../helpers/api-client.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { makeImage } from '../helpers/make-image.ts';
import { pollUntil, postForm, waitForEnd } from '../helpers/pipeline.ts';
import { createTestAdmin, signedInClient } from '../helpers/signed-in.ts';
import { addModel, manifestOf, tinyModel, waitForVerdict } from '../helpers/tiny-models.ts';

const deployment = inject('deployment');
const { s3, sqs } = createAwsClients(deployment);
const { BucketName: Bucket } = deployment.outputs;
const QueueUrl = deployment.outputs.ModelQueueUrl as string;

let admin: ApiClient;
let user: ApiClient;
beforeAll(async () => {
  admin = (await createTestAdmin()).call;
  user = await signedInClient();
});

let images = 9100;
async function analyze(models: string) {
  images += 1;
  const bytes = await makeImage(images, 128);
  return user(`POST /v1/images?models=${models}`, { bytes, headers: { 'content-type': 'image/jpeg' } });
}

describe('a model that is added while the product runs', () => {
  it('is checked, listed and used by the next job', async () => {
    const weights = tinyModel('yolov8-segment');
    const manifest = manifestOf(weights, { task: 'segment', defaults: { confidence: 0.3 } });
    expect(await addModel(admin, weights, manifest)).toMatchObject({
      version: '1',
      task: 'segment',
      sha256: manifest.sha256,
      status: 'available',
      defaults: { confidence: 0.3 },
    });
    const { body: models } = await user('GET /v1/models');
    const listed = models.items.find(({ id }: { id: string }) => id === manifest.id);
    expect(listed.versions).toMatchObject([{ version: '1', licence: 'Apache-2.0', status: 'available' }]);
    expect((await user(`GET /v1/models/${manifest.id}`)).body).toEqual(listed);

    const { body } = await analyze(manifest.id);
    await waitForEnd(user, `/v1/jobs/${body.jobs[0].id}`);
    const result = await user(`GET /v1/jobs/${body.jobs[0].id}/result`);
    expect(result.body.model).toMatchObject({ id: manifest.id, version: '1', sha256: manifest.sha256 });
    expect(result.body.summary).toMatchObject([{ class: 'plate', count: 1 }, { class: 'coin' }]);
  });

  it('stands beside others: one worker runs several in turn', async () => {
    const names = ['yolov5-detect', 'yolov8-detect', 'end2end-detect', 'yolov5-segment'] as const;
    const manifests = await Promise.all(
      names.map(async (name) => {
        const weights = tinyModel(name);
        const family = { yolov5: 'yolov5', yolov8: 'yolov8', end2end: 'yolo-end2end' }[
          name.split('-')[0] as 'yolov5' | 'yolov8' | 'end2end'
        ] as 'yolov5' | 'yolov8' | 'yolo-end2end';
        const task = name.endsWith('detect') ? ('detect' as const) : ('segment' as const);
        const manifest = manifestOf(weights, { family, task });
        expect(await addModel(admin, weights, manifest)).toMatchObject({ status: 'available' });
        return manifest;
      }),
    );
    const query = manifests.map(({ id }) => id).join(',');
    for (let round = 0; round < 3; round++) {
      const { status, body } = await analyze(query);
      expect({ status, code: body.code }).toEqual({ status: 202, code: undefined });
      const jobs = await Promise.all(
        body.jobs.map(({ id }: { id: string }) => waitForEnd(user, `/v1/jobs/${id}`)),
      );
      expect(jobs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
    }
  });

  it('has versions: the newest is used where none is named', async () => {
    const weights = tinyModel('yolov8-detect');
    const first = manifestOf(weights);
    await addModel(admin, weights, first);
    await addModel(admin, weights, { ...first, version: '2' });
    const { body } = await analyze(`${first.id},${first.id}@1`);
    expect(body.jobs.map(({ model }: { model: string }) => model)).toEqual([
      `${first.id}@2`,
      `${first.id}@1`,
    ]);
  });
});

describe('a version that was available', () => {
  it('is never replaced', async () => {
    const weights = tinyModel('yolov8-detect');
    const manifest = manifestOf(weights);
    await addModel(admin, weights, manifest);
    const again = await admin('POST /v1/models', { json: { ...manifest, sizeBytes: weights.byteLength } });
    expect(again).toMatchObject({ status: 409, body: { code: 'model_version_exists' } });
  });

  it('can be disabled and enabled', async () => {
    const weights = tinyModel('yolov8-detect');
    const manifest = manifestOf(weights);
    await addModel(admin, weights, manifest);
    const route = `PUT /v1/models/${manifest.id}/versions/1/status`;
    expect((await admin(route, { json: { status: 'disabled' } })).body.status).toBe('disabled');
    const refused = await analyze(manifest.id);
    expect(refused).toMatchObject({ status: 422, body: { code: 'unknown_model' } });
    expect((await admin(route, { json: { status: 'available' } })).body.status).toBe('available');
    expect((await analyze(manifest.id)).status).toBe(202);
  });
});

describe('an unknown model', () => {
  it('is refused by name, with those there are', async () => {
    const weights = tinyModel('yolov8-detect');
    const manifest = manifestOf(weights);
    await addModel(admin, weights, manifest);
    for (const reference of ['no-such-model', `${manifest.id}@9`]) {
      const { status, body } = await analyze(reference);
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'unknown_model' });
      expect(body.detail).toContain(`There is no model ${reference}.`);
      expect(body.detail).toContain(`${manifest.id}@1`);
    }
    expect((await user('GET /v1/models/no-such-model')).status).toBe(404);
    expect((await user(`GET /v1/models/${manifest.id}/versions/9`)).status).toBe(404);
  });

  it('is what a version is that waits for its weights; users do not see it', async () => {
    const manifest = manifestOf(tinyModel('yolov8-detect'));
    const { body } = await admin('POST /v1/models', { json: { ...manifest, sizeBytes: 1000 } });
    expect(body.status).toBe('pending');
    const version = `/v1/models/${manifest.id}/versions/1`;
    expect((await admin(`GET ${version}`)).body.status).toBe('pending');
    expect((await user(`GET ${version}`)).status).toBe(404);
    expect((await analyze(manifest.id)).body.code).toBe('unknown_model');
    const enabled = await admin(`PUT ${version}/status`, { json: { status: 'available' } });
    expect(enabled).toMatchObject({ status: 409, body: { code: 'model_not_available' } });
  });
});

describe('refuses', () => {
  it.each([
    ['custom-operator', 'custom_operators'],
    ['external-weights', 'external_weights'],
    ['classifier', 'unknown_model_layout'],
    ['byte-input', 'unusable_model'],
    ['hungry', 'trial_out_of_memory'],
    ['stalling', 'trial_stalled'],
    ['not-a-number', 'trial_failed'],
  ])('%s as %s', async (name, code) => {
    const weights = tinyModel(name);
    const { status, refusal } = await addModel(admin, weights, manifestOf(weights));
    expect({ status, refusal }).toEqual({
      status: 'refused',
      refusal: { code, detail: expect.stringMatching(/\w+ \w+/) },
    });
  });

  it('a file that is no ONNX, and says so to admins', async () => {
    const text = new TextEncoder().encode('this is not a model');
    expect(await addModel(admin, text, manifestOf(text))).toMatchObject({
      refusal: { code: 'no_onnx_model' },
    });
  });

  it('a layout it does not know, with the shapes seen and known', async () => {
    const weights = tinyModel('classifier');
    const { refusal } = await addModel(admin, weights, manifestOf(weights));
    expect(refusal.detail).toContain('[1, 2]');
    expect(refusal.detail).toContain('YOLOv5/7 [1, 3*anchors, 5+classes(+32)]');
  });

  it('another hash; the version can be added again', async () => {
    const weights = tinyModel('yolov8-detect');
    const manifest = manifestOf(weights);
    const wrong = { ...manifest, sha256: 'f'.repeat(64) };
    expect(await addModel(admin, weights, wrong)).toMatchObject({ refusal: { code: 'wrong_sha256' } });
    expect(await addModel(admin, weights, manifest)).toMatchObject({ status: 'available' });
  });

  it('another manifest than the file has', async () => {
    const weights = tinyModel('yolov8-detect');
    const manifest = manifestOf(weights, { classes: ['plate', 'coin', 'spoon'] });
    const { refusal } = await addModel(admin, weights, manifest);
    expect(refusal).toEqual({ code: 'manifest_mismatch', detail: expect.stringContaining('3 classes') });
  });

  it('another size, already at S3', async () => {
    const weights = tinyModel('yolov8-detect');
    const { body: form } = await admin('POST /v1/models', {
      json: { ...manifestOf(weights), sizeBytes: weights.byteLength + 1 },
    });
    expect((await postForm(form, weights)).status).toBe(400);
  });

  it.each([
    ['no licence', { licence: '' }],
    ['a name that is none', { id: 'Food Model' }],
    ['no classes', { classes: [] }],
    ['a hash that is none', { sha256: 'abc' }],
    ['a field nobody knows', { licenze: 'MIT' }],
    ['an input without extent', { inputSize: { width: 0, height: 64 } }],
    ['a confidence that is none', { defaults: { confidence: 2 } }],
  ])('a manifest with %s', async (_, changes) => {
    const manifest = { ...manifestOf(tinyModel('yolov8-detect')), ...changes };
    const { status, body } = await admin('POST /v1/models', { json: { ...manifest, sizeBytes: 1000 } });
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_request' });
  });

  it('more bytes than a model may have', async () => {
    const manifest = manifestOf(tinyModel('yolov8-detect'));
    const { status } = await admin('POST /v1/models', { json: { ...manifest, sizeBytes: 10 ** 12 } });
    expect(status).toBe(413);
  });
});

it('changes nothing when S3 tells of the same file twice, or of another by the same form', async () => {
  const weights = tinyModel('yolov8-detect');
  const manifest = manifestOf(weights);
  const { body: form } = await admin('POST /v1/models', {
    json: { ...manifest, sizeBytes: weights.byteLength },
  });
  await postForm(form, weights);
  const before = await waitForVerdict(admin, manifest);
  expect(before.status).toBe('available');
  const other = tinyModel('stalling');
  const { VersionId: versionId } = await s3.send(
    new PutObjectCommand({ Bucket, Key: form.fields.key, Body: other }),
  );
  const object = { key: form.fields.key, size: other.byteLength, versionId, eTag: randomUUID() };
  const record = { eventName: 'ObjectCreated:Put', s3: { bucket: { name: Bucket }, object } };
  const MessageBody = JSON.stringify({ Records: [record] });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await pollUntil(
    () => s3.send(new GetObjectCommand({ Bucket, Key: form.fields.key })).catch(() => 'gone'),
    (answer) => answer === 'gone',
  );
  expect(await waitForVerdict(admin, manifest)).toEqual(before);
  const kept = await s3.send(new GetObjectCommand({ Bucket, Key: weightsKey(manifest) }));
  expect(Buffer.from((await kept.Body?.transformToByteArray()) ?? [])).toEqual(Buffer.from(weights));
});
