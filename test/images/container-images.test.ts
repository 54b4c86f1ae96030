import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createPipelineApi } from '../../localstack/demo/pipeline-api.ts';
import { readPhotograph } from '../../localstack/demo/read-photograph.ts';
import { readSample } from '../../localstack/demo/sample.ts';
import { listContainers } from '../../localstack/images/leftovers.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { type BuiltImage, buildImage } from '../helpers/images/build-image.ts';
import { detachFunction } from '../helpers/images/detach-function.ts';
import { type Feed, feedFunction } from '../helpers/images/feed-function.ts';
import { readGivenWorkshop } from '../helpers/images/given-workshop.ts';
import { type ContainerImage, synthesizeImages } from '../helpers/images/read-images.ts';
import { type RunningFunction, startFunction } from '../helpers/images/run-image.ts';
import { makeVideo } from '../helpers/make-video.ts';
import { makeZip } from '../helpers/make-zip.ts';
import { needs } from '../helpers/needs.ts';
import { pollUntil, sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { findObject, SampleTruth, sampleFile } from '../helpers/sample-truth.ts';
import { sharedFile } from '../helpers/shared-data.ts';
import { signedInClient } from '../helpers/signed-in.ts';

/** What Lambda fetches before a cold start, at most. */
const LARGEST_BYTES = 400e6;
const AREA_TOLERANCE = 0.08;

const { docker, buildArguments } = readGivenWorkshop();
const deployment = inject('deployment');
const { outputs, models, referenceModel, apiUrl } = deployment;
const { sqs } = createAwsClients(deployment);
const [model] = models;

/** Each image with the queue that feeds its function. */
const QUEUES: Readonly<Record<string, string>> = {
  'analyze-image': outputs.AnalysisQueueUrl,
  'analyze-video': outputs.SegmentQueueUrl,
  'ingest-upload': outputs.UploadQueueUrl,
};
const NAMES = Object.keys(QUEUES);

const assembly = mkdtempSync(join(tmpdir(), 'segmentry-images-'));
let images: Map<string, ContainerImage>;
const built = new Map<string, BuiltImage>();
const functions = new Map<string, RunningFunction>();
const feeds = new Map<string, Feed>();

/** A result is stored before its function answers: its message is done a little later. */
const untilDone = (name: string) =>
  pollUntil(
    async () => feeds.get(name)?.done() ?? 0,
    (count) => count > 0,
  );

const imageNamed = (name: string) => images.get(name) as ContainerImage;
const functionNamed = (name: string) => functions.get(name) as RunningFunction;

beforeAll(async () => {
  images = synthesizeImages(assembly);
  for (const name of NAMES) built.set(name, await buildImage(docker, imageNamed(name), buildArguments));
  for (const [name, queueUrl] of Object.entries(QUEUES)) {
    const { tag } = built.get(name) as BuiltImage;
    const { memoryMb, timeoutSeconds, ...image } = imageNamed(name);
    const environment = await detachFunction(deployment, image);
    const running = await startFunction(docker, { image: tag, memoryMb, timeoutSeconds, environment });
    functions.set(name, running);
    feeds.set(name, feedFunction({ sqs, queueUrl }, running.invoke));
  }
}, 600_000);

afterAll(async () => {
  rmSync(assembly, { recursive: true, force: true });
  const failures = await Promise.allSettled([...feeds.values()].map((feed) => feed.stop()));
  for (const running of functions.values()) await running.stop();
  expect(failures.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(await listContainers(docker)).toEqual([]);
}, 120_000);

it('are those functions that AWS gets as images', () => {
  expect([...images.keys()].sort()).toEqual(NAMES);
});

describe.each(NAMES)('the image of %s', (name) => {
  it('is small enough to be fetched before a first answer', () => {
    const { bytes } = built.get(name) as BuiltImage;
    process.stdout.write(`images: ${name} has ${Math.round(bytes / 1e6)} MB\n`);
    expect(bytes).toBeLessThanOrEqual(LARGEST_BYTES);
  });

  it('is built from the Dockerfile that lies beside the function', () => {
    const [inBundle, inSources] = [imageNamed(name).directory, join('lambdas', name)].map((folder) =>
      readFileSync(join(folder, 'Dockerfile'), 'utf8'),
    );
    expect(inBundle).toBe(inSources);
  });

  it('runs as nobody, on a file system that only takes temporary files, with the memory that is deployed', async () => {
    const script = `
      const { writeFileSync } = require('node:fs');
      const write = (path) => { try { writeFileSync(path, ''); return 'written'; } catch ({ code }) { return code; } };
      const paths = ['/tmp/new', '/var/task/new', '/usr/local/bin/new'];
      console.log(JSON.stringify({ uid: process.getuid(), written: paths.map(write) }));
    `;
    const container = functionNamed(name).name;
    const said = JSON.parse(await docker.run(['exec', container, 'node', '--eval', script]));
    expect(said).toEqual({ uid: 993, written: ['written', 'EROFS', 'EROFS'] });
    const memory = await docker.run(['inspect', '--format', '{{.HostConfig.Memory}}', container]);
    expect(Number(memory)).toBe(imageNamed(name).memoryMb * 1024 ** 2);
  });
});

it('finds every object of the sample, with nearly its area', async () => {
  const api = await createPipelineApi(apiUrl);
  const { photograph, options } = readSample();
  const uploadId = await api.upload(photograph, { model, options });
  const { result } = await api.fetchAnalysis(await api.finished(await api.takenIn(uploadId)));
  const { objects } = SampleTruth.parse(JSON.parse(readFileSync(sampleFile('table-1.json'), 'utf8')));
  for (const object of objects) {
    const found = findObject(result.detections, object);
    expect(found?.class).toBe(object.class);
    const error = Math.abs((found?.area.cm2 ?? 0) - object.areaCm2) / object.areaCm2;
    expect(error, object.class).toBeLessThan(AREA_TOLERANCE);
  }
  await untilDone('ingest-upload');
  await untilDone('analyze-image');
});

describe('a photograph', () => {
  needs(referenceModel !== undefined, 'the photographs and weights of the shared test data are');

  it('has the same detections as by the command line', async () => {
    const path = sharedFile('images/bus.jpg');
    const api = await createPipelineApi(apiUrl);
    const uploadId = await api.upload(readPhotograph(path), { model: String(referenceModel), options: {} });
    const { result } = await api.fetchAnalysis(await api.finished(await api.takenIn(uploadId)));
    const weights = sharedFile('models/yolov8n-seg.onnx');
    const args = ['cli/segmentry.mjs', 'detect', path, '--model', weights, '--json'];
    const here = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    const found = ({ detections }: Pick<typeof result, 'detections'>) =>
      detections.map(({ class: name, box, mask }) => ({ name, box, counts: mask?.counts }));
    expect(found(result)).toEqual(found(here));
    expect(result.summary).toMatchObject([
      { class: 'person', count: 4 },
      { class: 'bus', count: 1 },
    ]);
  });
});

it('takes in the images of a zip, which are analysed', async () => {
  const call = await signedInClient();
  const files = ['table-2.jpg', 'table-3.jpg'].map((name) => ({
    name,
    bytes: readFileSync(sampleFile(name)),
  }));
  const { id } = await sendPresigned(call, {
    bytes: await makeZip(files),
    filename: 'tables.zip',
    contentType: 'application/zip',
    request: { kind: 'zip', models: [model] },
  });
  const upload = await waitForEnd(call, `/v1/uploads/${id}`);
  expect(upload).toMatchObject({ status: 'done', progress: { done: 2, refused: 0, total: 2 } });
  for (const image of upload.images) {
    const { body } = await call(`GET /v1/images/${image}`);
    expect(await waitForEnd(call, body.jobs[0].links.self)).toMatchObject({
      status: 'succeeded',
      attempts: 1,
    });
  }
});

it('reads a video, and analyses its frames', async () => {
  const call = await signedInClient();
  const still = ['-loop', '1', '-t', '2', '-framerate', '10', '-i', sampleFile('table-1.jpg')];
  const { id } = await sendPresigned(call, {
    bytes: makeVideo('table.mp4', ...still, '-vf', 'scale=320:240,setsar=1,format=yuv420p'),
    filename: 'table.mp4',
    contentType: 'video/mp4',
    request: { kind: 'video', models: [model], framesPerSecond: 2 },
  });
  const upload = await waitForEnd(call, `/v1/uploads/${id}`);
  expect(upload).toMatchObject({ status: 'done' });
  const { body: video } = await call(`GET /v1/videos/${upload.videos[0]}`);
  const job = await waitForEnd(call, `/v1/jobs/${video.jobs[0].id}`);
  expect(job).toMatchObject({ status: 'succeeded', progress: 1 });
  expect(job.summary.map((row: { class: string }) => row.class)).toContain('egg');
  await untilDone('analyze-video');
});
