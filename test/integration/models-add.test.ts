import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { makeImage } from '../helpers/make-image.ts';
import { waitForEnd } from '../helpers/pipeline.ts';
import { runSegmentry } from '../helpers/run-segmentry.ts';
import { createTestAdmin, signedInClient, type TestUser } from '../helpers/signed-in.ts';

const { apiUrl } = inject('deployment');
/** Says random numbers as RF-DETR does, of COCO's 91 numbers. */
const weights = readFileSync(new URL('../fixtures/families/models/rfdetr-coco.onnx', import.meta.url));
const sha256 = createHash('sha256').update(weights).digest('hex');

let folder: string;
let host: Server;
let from: string;
let admin: TestUser;
let environment: Record<string, string>;
/** What was asked of the host that stands in for the one that has the files. */
const asked: (string | undefined)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-models-add-'));
  host = createServer(({ url }, response) => {
    asked.push(url);
    response.end(weights);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  from = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  admin = await createTestAdmin();
  const { body } = await admin.call('POST /v1/api-keys', {
    json: { name: 'models', scopes: ['read', 'write', 'admin'] },
  });
  environment = { SEGMENTRY_API_KEY: body.key };
});
afterAll(async () => {
  await new Promise((resolve) => host.close(resolve));
  rmSync(folder, { recursive: true });
});

const add = (...more: string[]) =>
  runSegmentry(['models', 'add', 'rf-detr-nano', '--from', from, '--url', apiUrl, ...more], {
    folder,
    environment,
  });

it('puts nothing into the deployment that has another hash than is known', async () => {
  expect(await add()).toMatchObject({ code: 1, stderr: expect.stringContaining('(wrong_sha256)') });
  expect((await admin.call('GET /v1/models/rf-detr-nano')).status).toBe(404);
});

it('fetches a model by name and puts it where jobs use it', async () => {
  asked.length = 0;
  const added = await add('--sha256', sha256);
  expect(added).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('rf-detr-nano 1 is available to jobs (Apache-2.0)'),
    stderr: expect.stringContaining(`Downloading ${from}/rf-detr-nano.onnx (108 MB, Apache-2.0)`),
  });
  expect(asked).toEqual(['/rf-detr-nano.onnx']);
  const { body: model } = await admin.call('GET /v1/models/rf-detr-nano');
  const [version] = model.versions;
  expect(version).toMatchObject({ version: '1', status: 'available', licence: 'Apache-2.0', sha256 });
  expect(version.classes[1]).toBe('person');

  const user = await signedInClient();
  const bytes = await makeImage(9800, 96);
  const headers = { 'content-type': 'image/jpeg' };
  const { body } = await user('POST /v1/images?models=rf-detr-nano', { bytes, headers });
  await waitForEnd(user, `/v1/jobs/${body.jobs[0].id}`);
  const result = await user(`GET /v1/jobs/${body.jobs[0].id}/result`);
  expect(result.body.model).toMatchObject({ id: 'rf-detr-nano', version: '1', sha256 });
  expect(result.body.detections.length).toBeGreaterThan(0);
});

it('says that a version stands there already', async () => {
  const again = await add('--sha256', sha256);
  expect(again.code).not.toBe(0);
  expect(again.stderr).toContain('model_version_exists');
});

it('lists what is there, and what could be added', async () => {
  const { stdout } = await runSegmentry(['models', 'list', '--url', apiUrl], { folder, environment });
  expect(stdout).toMatch(/^rf-detr-nano +1 +available +detect +91 /m);
  expect(stdout).toMatch(/^yolox-s +detect +Apache-2\.0 +36 MB +nothing$/m);
  expect(stdout).toMatch(/^yolo11.*AGPL-3\.0 .*Python 3\.11$/m);
});
