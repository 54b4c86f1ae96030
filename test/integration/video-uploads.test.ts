import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, inject, it } from 'vitest';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { SETTINGS, spendAllBut } from '../helpers/credits.ts';
import { makeImage } from '../helpers/make-image.ts';
import { makeVideo, testPattern } from '../helpers/make-video.ts';
import { makeZip } from '../helpers/make-zip.ts';
import { pollUntil, sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { createTestUser, signedInClient } from '../helpers/signed-in.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const deployment = inject('deployment');
const { s3, sqs } = createAwsClients(deployment);
const [model] = deployment.models;
const call = await signedInClient();

const CONTENT_TYPES = { mp4: 'video/mp4', mov: 'video/quicktime', webm: 'video/webm' };

async function take(name: string, bytes: Uint8Array, request = {}, client = call) {
  const contentType = CONTENT_TYPES[name.split('.').at(-1) as keyof typeof CONTENT_TYPES];
  const { id, status } = await sendPresigned(client, {
    bytes,
    filename: name,
    contentType,
    request: { kind: 'video', ...request },
  });
  expect(status).toBe(204);
  return waitForEnd(client, `/v1/uploads/${id}`);
}

const isThere = (Key: string) =>
  s3.send(new HeadObjectCommand({ Bucket: deployment.outputs.BucketName, Key })).then(
    () => true,
    () => false,
  );

/** What a redirect leads to. */
async function follow(route: string): Promise<string> {
  const { status, headers } = await call(route);
  expect(status).toBe(302);
  return (await fetch(headers.get('location') as string)).text();
}

describe('a video', () => {
  it.each([
    ['a.mp4', ['-c:v', 'libx264'], 'video/mp4'],
    ['a.mov', ['-c:v', 'libx264'], 'video/quicktime'],
    ['a.webm', ['-c:v', 'libvpx'], 'video/webm'],
  ])('%s becomes one video, stored as it was sent', async (name, codec, contentType) => {
    const { call } = await createTestUser();
    const { body: dataset } = await call('POST /v1/datasets', { json: { name: 'videos' } });
    const bytes = makeVideo(name, ...testPattern('160x120', 2), ...codec);
    const upload = await take(name, bytes, { dataset: dataset.id }, call);
    expect(upload).toMatchObject({
      status: 'done',
      progress: { done: 1, refused: 0, total: 1 },
      images: [],
      videos: [expect.stringMatching(UUID)],
      cost: 2 * 0.5,
    });
    const { body: video } = await call(`GET /v1/videos/${upload.videos[0]}`);
    expect(video).toMatchObject({
      filename: name,
      width: 160,
      height: 120,
      contentType,
      sizeBytes: bytes.byteLength,
      datasets: [dataset.id],
      jobs: [],
      cost: upload.cost,
    });
    expect((await call(`GET /v1/datasets/${dataset.id}`)).body.cost).toBe(upload.cost);
    expect(video.durationSeconds).toBeCloseTo(2, 1);
    const file = await call(`GET /v1/videos/${video.id}/file`);
    const stored = await fetch(file.headers.get('location') as string);
    expect(Buffer.from(await stored.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('is listed, renamed, put into datasets and deleted with its file', async () => {
    const { call } = await createTestUser();
    const upload = await take('a.mp4', makeVideo('a.mp4', ...testPattern('160x120', 1)), {}, call);
    const id = upload.videos[0];
    await call(`PATCH /v1/videos/${id}`, { json: { filename: 'b.mp4' } });
    const { body: list } = await call('GET /v1/videos');
    expect(list.items).toMatchObject([{ id, filename: 'b.mp4' }]);
    const { body: dataset } = await call('POST /v1/datasets', { json: { name: 'videos' } });
    expect((await call(`PUT /v1/datasets/${dataset.id}/videos/${id}`)).status).toBe(204);
    expect((await call(`GET /v1/datasets/${dataset.id}`)).body).toMatchObject({ videoCount: 1 });
    expect((await call(`DELETE /v1/videos/${id}`)).status).toBe(204);
    expect((await call(`GET /v1/videos/${id}`)).body).toMatchObject({ status: 404, code: 'video_not_found' });
    await pollUntil(
      () => isThere(`videos/${id}`),
      (there) => !there,
    );
    const { body: emptied } = await call(`GET /v1/datasets/${dataset.id}`);
    expect(emptied).toMatchObject({ videoCount: 0 });
  });
});

describe('the analysis of a video', () => {
  /** Four seconds of a table, then two of black. */
  const table = () =>
    makeVideo(
      'table.mp4',
      ...['-loop', '1', '-t', '4', '-framerate', '10', '-i', sampleFile('table-1.jpg')],
      ...['-f', 'lavfi', '-i', 'color=s=320x240:r=10:d=2'],
      '-filter_complex',
      '[0]scale=320:240,setsar=1[a];[1]setsar=1[b];[a][b]concat=n=2,format=yuv420p',
    );

  it('has a document a frame, and a timeline, over all segments', async () => {
    const upload = await take('table.mp4', table(), { models: [model], framesPerSecond: 2 });
    const { body: video } = await call(`GET /v1/videos/${upload.videos[0]}`);
    const [{ id }] = video.jobs;
    const job = await waitForEnd(call, `/v1/jobs/${id}`);
    expect(job).toMatchObject({ status: 'succeeded', video: video.id, framesPerSecond: 2, progress: 1 });
    const result = JSON.parse(await follow(`GET ${job.links.result}`));
    expect(result).toMatchObject({
      video: { id: video.id, width: 320, height: 240 },
      frames: { count: 12, url: `/v1/jobs/${id}/frames` },
    });
    const egg = result.timeline.find((row: { class: string }) => row.class === 'egg');
    expect(egg).toMatchObject({ ranges: [[0, 3.5]] });
    expect(egg.maxCount).toBe(1);
    expect(result.summary).toEqual(job.summary);
    const lines = (await follow(`GET ${result.frames.url}`)).trim().split('\n');
    const frames = lines.map((line) => JSON.parse(line));
    expect(frames.map(({ timeSeconds }) => timeSeconds)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((frame) => frame / 2),
    );
    expect(frames.map(({ detections }) => detections.length > 0)).toEqual([
      ...Array(8).fill(true),
      ...Array(4).fill(false),
    ]);
    expect(await isThere(`results/${id}/0.jsonl`)).toBe(false);
    expect(job.links).toEqual({
      self: `/v1/jobs/${id}`,
      result: `/v1/jobs/${id}/result`,
      frames: `/v1/jobs/${id}/frames`,
    });
    expect((await call(`GET /v1/jobs/${id}/overlay.png`)).body).toMatchObject({ code: 'no_overlay' });
  });

  it('changes nothing when its messages come again', async () => {
    const video = makeVideo('a.mp4', ...testPattern('160x120', 6));
    const upload = await take('a.mp4', video, { models: [model] });
    const { body: jobs } = await call(`GET /v1/jobs?image=${upload.videos[0]}`);
    const { id } = jobs.items[0];
    const before = await waitForEnd(call, `/v1/jobs/${id}`);
    expect(before).toMatchObject({ status: 'succeeded', attempts: 1 });
    const { AnalysisQueueUrl, SegmentQueueUrl } = deployment.outputs;
    for (const [QueueUrl, message] of [
      [AnalysisQueueUrl, { jobId: id }],
      [SegmentQueueUrl, { jobId: id, segment: 0 }],
      [SegmentQueueUrl, { jobId: id, segment: 1 }],
    ] as const) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    }
    await take('b.mp4', video, { models: [model] });
    expect((await call(`GET /v1/jobs/${id}`)).body).toEqual(before);
  });

  it('ends where it is canceled', async () => {
    const video = makeVideo('long.mp4', ...testPattern('160x120', 20));
    const upload = await take('long.mp4', video, { models: [model], framesPerSecond: 30 });
    const { body: jobs } = await call(`GET /v1/jobs?image=${upload.videos[0]}`);
    const { id } = jobs.items[0];
    expect((await call(`POST /v1/jobs/${id}/cancel`)).body).toMatchObject({ status: 'canceled' });
    expect((await call(`GET /v1/jobs/${id}`)).body).toMatchObject({ status: 'canceled' });
    expect((await call(`GET /v1/jobs/${id}/result`)).body).toMatchObject({ code: 'job_without_result' });
  });
});

describe('a video fails', () => {
  const whole = () => makeVideo('a.mp4', ...testPattern('320x240', 2));
  const empty = () => makeVideo('a.mp4', ...testPattern('160x120', 1), '-frames:v', '0');
  const huge = () => makeVideo('a.mp4', ...testPattern('7680x4320', 1), '-r', '1');

  it.each([
    ['without frames', empty, 'no_video_stream'],
    ['of sound alone', () => makeVideo('a.mp4', '-f', 'lavfi', '-i', 'sine=d=1'), 'no_video_stream'],
    ['that is cut off', () => whole().subarray(0, 1000), 'damaged_video'],
    ['that is none', () => Buffer.from('hello'), 'damaged_video'],
    ['in 8K', huge, 'video_too_large'],
  ])('%s', async (_, video, code) => {
    expect(await take('a.mp4', video())).toMatchObject({
      status: 'failed',
      videos: [],
      refused: [{ name: 'a.mp4', code }],
    });
  });
});

it('a zip holds videos beside images', async () => {
  const zip = await makeZip([
    { name: 'a.jpg', bytes: await makeImage(60_001) },
    { name: 'b/video.mp4', bytes: makeVideo('a.mp4', ...testPattern('160x120', 1)) },
    { name: 'sound.mp4', bytes: makeVideo('a.mp4', '-f', 'lavfi', '-i', 'sine=d=1') },
  ]);
  const { id } = await sendPresigned(call, {
    bytes: zip,
    filename: 'a.zip',
    contentType: 'application/zip',
    request: { kind: 'zip' },
  });
  const upload = await waitForEnd(call, `/v1/uploads/${id}`);
  expect(upload).toMatchObject({
    progress: { done: 2, refused: 1, total: 3 },
    images: [expect.stringMatching(UUID)],
    videos: [expect.stringMatching(UUID)],
    refused: [{ name: 'sound.mp4', code: 'no_video_stream' }],
  });
  const { body: video } = await call(`GET /v1/videos/${upload.videos[0]}`);
  expect(video).toMatchObject({ filename: 'video.mp4', width: 160 });
});

describe('what a video costs', () => {
  const video = () => makeVideo('a.mp4', ...testPattern('160x120', 3));

  it('is what its frames cost', async () => {
    const user = await createTestUser();
    await take('a.mp4', video(), { framesPerSecond: 2 }, user.call);
    const { body } = await user.call('GET /v1/credits');
    expect(body.balance).toBe(SETTINGS.initial - 6 * 0.5);
  });

  it('is not there: the upload fails, and nothing is stored or charged', async () => {
    const user = await createTestUser();
    await spendAllBut(2, user);
    expect(await take('a.mp4', video(), { framesPerSecond: 2 }, user.call)).toMatchObject({
      status: 'failed',
      videos: [],
      refused: [{ name: 'a.mp4', code: 'insufficient_credits' }],
    });
    expect((await user.call('GET /v1/credits')).body).toEqual({ balance: 2, available: 2 });
    expect((await user.call('GET /v1/videos')).body.items).toEqual([]);
  });
});

it.each([
  ['of another type', { contentType: 'video/x-msvideo', sizeBytes: 1 }, 400, 'invalid_request'],
  ['too large', { contentType: 'video/mp4', sizeBytes: 2_000_000_001 }, 413, 'upload_too_large'],
  [
    'at too many frames',
    { contentType: 'video/mp4', sizeBytes: 1, framesPerSecond: 31 },
    400,
    'invalid_request',
  ],
])('a form for a video %s is refused', async (_, json, status, code) => {
  const request = { kind: 'video', filename: 'a.mp4', ...json };
  expect((await call('POST /v1/uploads', { json: request })).body).toMatchObject({ status, code });
});
