import { randomInt, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { checkBooks } from '../helpers/check-books.ts';
import { openCredits, readBooks, SETTINGS } from '../helpers/credits.ts';
import { makeImage } from '../helpers/make-image.ts';
import { makeVideo, testPattern } from '../helpers/make-video.ts';
import { makeZip } from '../helpers/make-zip.ts';
import { pollUntil, sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const [model] = deployment.models;
const { table } = openCredits();
const { call, id: userId } = await createTestUser();

const readCredits = async () => (await call('GET /v1/credits')).body;

async function take(file: { name: string; bytes: Uint8Array; contentType: string }, request: object) {
  const { name: filename, bytes, contentType } = file;
  const { id } = await sendPresigned(call, { filename, bytes, contentType, request: { ...request } });
  return waitForEnd(call, `/v1/uploads/${id}`);
}

const takeZip = async (files: Parameters<typeof makeZip>[0], request: object = {}) =>
  take(
    { name: 'a.zip', bytes: await makeZip(files), contentType: 'application/zip' },
    { kind: 'zip', ...request },
  );

/** Polls until every job has ended; at no time may the counts be anything but all of its jobs. */
const untilFinished = (id: string) =>
  pollUntil(
    async () => (await call(`GET /v1/batches/${id}`)).body,
    ({ status, counts, jobs }) => {
      expect(Object.values<number>(counts).reduce((sum, count) => sum + count, 0)).toBe(jobs);
      return status === 'finished' || status === 'canceled';
    },
    100,
  );

const FRAME_PRICE = 0.5;

describe('a batch with videos', () => {
  let image: string;
  let video: string;
  let zipped: string;
  let id: string;

  beforeAll(async () => {
    const bytes = makeVideo('a.mp4', ...testPattern('160x120', 3));
    const upload = await take({ name: '=a.mp4', bytes, contentType: 'video/mp4' }, { kind: 'video' });
    video = upload.videos[0];
    const inZip = await takeZip([
      { name: 'b.webm', bytes: makeVideo('b.webm', ...testPattern('160x120', 2), '-c:v', 'libvpx') },
      { name: 'c.jpg', bytes: await makeImage(randomInt(2 ** 24)) },
    ]);
    zipped = inZip.videos[0];
    image = inZip.images[0];
  });

  it('has one job for each image and video, and charges a video by its frames', async () => {
    const before = await readCredits();
    const answer = await call('POST /v1/batches', {
      json: { images: [image], videos: [video, zipped, video], models: [model], framesPerSecond: 2 },
    });
    expect(answer).toMatchObject({ status: 202, body: { jobs: 3, counts: { queued: 3 } } });
    id = answer.body.id;
    expect(await untilFinished(id)).toMatchObject({ counts: { succeeded: 3 } });
    const { body: jobs } = await call(`GET /v1/batches/${id}/jobs`);
    expect(jobs.items).toMatchObject([
      { image, status: 'succeeded' },
      { video, framesPerSecond: 2, status: 'succeeded' },
      { video: zipped, framesPerSecond: 2, status: 'succeeded' },
    ]);
    const spent = (1 + 6 + 4) * SETTINGS.analysis;
    expect(await readCredits()).toMatchObject({
      balance: before.balance - spent,
      available: before.available - spent,
    });
  });

  const fetchResults = async (format: string) => {
    const answer = await pollUntil(
      () => call(`GET /v1/batches/${id}/results?format=${format}`),
      ({ status }) => status !== 202,
      60,
    );
    expect(answer.status).toBe(302);
    return (await fetch(answer.headers.get('location') ?? '')).text();
  };

  it('gives its results frame by frame', async () => {
    const lines = (await fetchResults('jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter((line) => line.image !== undefined)).toHaveLength(1);
    const timesOf = (video: string) =>
      lines.filter((line) => line.video?.id === video).map(({ timeSeconds }) => timeSeconds);
    expect(timesOf(video)).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
    expect(timesOf(zipped)).toHaveLength(4);
    const detections = lines.flatMap((line) => line.detections);
    const [header = '', ...rows] = (await fetchResults('csv')).trimEnd().split('\r\n');
    expect(header.endsWith(',video_id,frame,time_seconds')).toBe(true);
    expect(rows).toHaveLength(detections.length);
    const coco = JSON.parse(await fetchResults('coco'));
    expect(coco.annotations).toHaveLength(detections.length);
  });

  it('takes the videos of a dataset, too', async () => {
    const { body: dataset } = await call('POST /v1/datasets', { json: { name: randomUUID() } });
    await call(`PUT /v1/datasets/${dataset.id}/videos/${zipped}`);
    const { body } = await call('POST /v1/batches', { json: { dataset: dataset.id, models: [model] } });
    expect(await untilFinished(body.id)).toMatchObject({ jobs: 1, counts: { succeeded: 1 } });
  });

  it('is refused as a whole where something is wrong with its videos', async () => {
    const other = randomUUID();
    const refusals = [
      [{ videos: [video, other] }, 422, 'unknown_videos'],
      [{ videos: [image] }, 422, 'unknown_videos'],
      [{ videos: [] }, 400, 'invalid_request'],
      [{ videos: ['x'] }, 400, 'invalid_request'],
      [{ videos: [video], dataset: `ds_${'0'.repeat(32)}` }, 400, 'invalid_request'],
      [{ videos: [video], framesPerSecond: 31 }, 400, 'invalid_request'],
      [{ videos: [video], framesPerSecond: 0 }, 400, 'invalid_request'],
    ] as const;
    const before = await readCredits();
    for (const [json, status, code] of refusals) {
      const answer = await call('POST /v1/batches', { json: { ...json, models: [model] } });
      expect(answer).toMatchObject({ status, body: { code } });
    }
    expect(await readCredits()).toEqual(before);
  });

  it('canceled before it has begun, has cost nothing', async () => {
    const before = await readCredits();
    const { body } = await call('POST /v1/batches', { json: { videos: [video], models: [model] } });
    await call(`POST /v1/batches/${body.id}/cancel`);
    await untilFinished(body.id);
    const [job] = (await call(`GET /v1/batches/${body.id}/jobs`)).body.items;
    // A worker may have been faster than the cancel: what it has begun is paid for.
    const spent = job.attempts === 0 ? 0 : 3 * SETTINGS.analysis;
    expect((await readCredits()).balance).toBe(before.balance - spent);
  });
});

describe('videos in a zip', () => {
  it('are charged by their frames, those that are refused and canceled are not', async () => {
    const { body: before } = await call('GET /v1/credits');
    const good = makeVideo('a.mp4', ...testPattern('160x120', 4));
    const upload = await takeZip(
      [
        { name: 'good.mp4', bytes: good },
        { name: 'cut.mp4', bytes: good.subarray(0, good.length / 2) },
        { name: 'none.mov', bytes: Buffer.from('no video') },
      ],
      { models: [model], framesPerSecond: 2 },
    );
    expect(upload).toMatchObject({ status: 'done', progress: { done: 1, refused: 2, total: 3 } });
    expect(upload.refused.map(({ code }: { code: string }) => code)).toEqual([
      'damaged_video',
      'damaged_video',
    ]);
    const { body: video } = await call(`GET /v1/videos/${upload.videos[0]}`);
    const [{ links }] = video.jobs;
    await call(`POST ${links.self}/cancel`);
    const { body: job } = await call(`GET ${links.self}`);
    const paid = job.status === 'canceled' && job.attempts === 0 ? 0 : 8 * SETTINGS.analysis;
    const { body: after } = await call('GET /v1/credits');
    expect(after.balance).toBe(before.balance - 8 * FRAME_PRICE - paid);
    expect(after.available).toBe(after.balance);
    expect(upload.cost).toBe(8 * FRAME_PRICE + 8 * SETTINGS.analysis);
    const books = await readBooks(table, userId);
    checkBooks([books], { low: SETTINGS.low * 1000 });
    const ofVideo = books.entries.filter(({ items }) => items.includes(`video:${video.id}`));
    expect(ofVideo.map(({ kind, reason }) => [kind, reason])).toEqual([['debit', 'video_frames']]);
  });
});
