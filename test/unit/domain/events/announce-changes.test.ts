import { expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import { FinishedJobEvent, FinishedUploadEvent } from '../../../../core/contracts/events.ts';
import type { Announcement } from '../../../../core/domain/entities/announcement.ts';
import type { Job } from '../../../../core/domain/entities/job.ts';
import { announceChanges, type Change } from '../../../../core/domain/events/announce-changes.ts';

const running: Job = {
  id: `job_${'0'.repeat(32)}`,
  userId: 'usr_1',
  mediaId: '7a1b6f2e-30a8-4b1f-9a57-111111111111',
  model: { id: 'food', version: '1' },
  options: AnalysisOptions.parse({}),
  status: 'running',
  createdAt: '2026-01-01T00:00:00.000Z',
  attempts: 1,
};
const succeeded: Job = {
  ...running,
  status: 'succeeded',
  finishedAt: '2026-01-01T00:00:05.000Z',
  summary: [],
};
const job = (before: Job | undefined, after: Job): Change => ({ entity: 'job', before, after });

async function announced(change: Change) {
  const announcements: Announcement[] = [];
  const settled: Change[] = [];
  await announceChanges([change], {
    publish: async (all) => {
      announcements.push(...all);
      return new Set();
    },
    settle: async (all) => void settled.push(...all),
    purgeSegments: async () => {},
  });
  expect(settled).toEqual(announcements.map(() => change));
  return announcements;
}

it('publishes the end of a job with links to what it found, and settles it', async () => {
  const [announcement] = await announced(job(running, succeeded));
  expect(announcement).toMatchObject({ userId: 'usr_1', model: 'food' });
  expect(FinishedJobEvent.parse(announcement?.event)).toMatchObject({
    type: 'job.succeeded',
    timestamp: '2026-01-01T00:00:05.000Z',
    data: {
      id: running.id,
      status: 'succeeded',
      model: 'food@1',
      links: { result: `/v1/jobs/${running.id}/result` },
    },
  });
});

it('says why a job failed', async () => {
  const error = { code: 'damaged_image', detail: 'The image is damaged.' };
  const [announcement] = await announced(job(running, { ...running, status: 'failed', error }));
  expect(announcement?.event).toMatchObject({ type: 'job.failed', data: { error } });
});

it.each([
  ['done', 'upload.finished'],
  ['failed', 'upload.failed'],
] as const)('publishes an upload that is %s', async (status, type) => {
  const upload = { id: `upl_${'0'.repeat(32)}`, userId: 'usr_1' };
  const [announcement] = await announced({
    entity: 'upload',
    before: { ...upload, status: 'processing' },
    after: { ...upload, status, finishedAt: '2026-01-01T00:00:05.000Z' },
  });
  expect(FinishedUploadEvent.parse(announcement?.event)).toEqual({
    type,
    timestamp: '2026-01-01T00:00:05.000Z',
    data: { id: upload.id, status, links: { self: `/v1/uploads/${upload.id}` } },
  });
});

it.each([
  ['a job that only started', job({ ...running, status: 'queued' }, running)],
  ['a finished job that was written again', job(succeeded, { ...succeeded, attempts: 2 })],
  [
    'an upload that has been claimed',
    {
      entity: 'upload',
      before: { id: 'upl_1', userId: 'usr_1', status: 'waiting' },
      after: { id: 'upl_1', userId: 'usr_1', status: 'processing' },
    } satisfies Change,
  ],
])('is silent about %s', async (_, change) => {
  expect(await announced(change)).toEqual([]);
});

it('gives the same end the same id, and another end another', async () => {
  const [first] = await announced(job(running, succeeded));
  const [again] = await announced(job(undefined, succeeded));
  const [other] = await announced(job(running, { ...succeeded, id: `job_${'1'.repeat(32)}` }));
  expect(first?.id).toMatch(/^evt_[0-9a-f]{32}$/);
  expect(again?.id).toBe(first?.id);
  expect(other?.id).not.toBe(first?.id);
});

it('leaves out a summary that would make the event too long', async () => {
  const summary = Array.from({ length: 500 }, (_, index) => ({
    class: `class ${index} ${'x'.repeat(50)}`,
    count: 1,
    pixels: 1,
    share: 0.1,
    cm2: null,
  }));
  const [announcement] = await announced(job(running, { ...succeeded, summary }));
  expect(Buffer.byteLength(JSON.stringify(announcement?.event))).toBeLessThanOrEqual(20_000);
  expect(announcement?.event.data).not.toHaveProperty('summary');
  expect(announcement?.event.data).toHaveProperty('links');
});

it('does not settle what could not be published', async () => {
  const settled: Change[] = [];
  const change = job(running, succeeded);
  const publish = () => Promise.reject(new Error('the topic is away'));
  const settle = async (all: readonly Change[]) => void settled.push(...all);
  await expect(announceChanges([change], { publish, settle, purgeSegments: async () => {} })).rejects.toThrow(
    'the topic is away',
  );
  expect(settled).toEqual([]);
});

it('publishes ends together, and settles all but what was refused, which fails', async () => {
  const settled: Change[] = [];
  const calls: string[][] = [];
  const ends = [0, 1, 2].map((index) =>
    job(running, { ...succeeded, id: `job_${String(index).repeat(32)}` }),
  );
  const announcing = announceChanges(ends, {
    publish: async (all) => {
      calls.push(all.map(({ event }) => event.data.id));
      return new Set([all[1]?.id ?? '']);
    },
    settle: async (all) => void settled.push(...all),
    purgeSegments: async () => {},
  });
  await expect(announcing).rejects.toThrow('1 of 3 announcements were refused.');
  expect(calls).toEqual([ends.map(({ after }) => 'id' in after && after.id)]);
  expect(settled).toEqual([ends[0], ends[2]]);
});

it('settles what has nothing to remove, where removing a video job’s segments fails', async () => {
  const settled: Change[] = [];
  const video = { framesPerSecond: 1, segmentFrames: 60, segmentCount: 2, frameCount: 120 };
  const changes = [job(running, { ...succeeded, video }), job(running, succeeded)];
  const announcing = announceChanges(changes, {
    publish: async () => new Set(),
    settle: async (all) => void settled.push(...all),
    purgeSegments: () => Promise.reject(new Error('The bucket is away.')),
  });
  await expect(announcing).rejects.toThrow('The bucket is away.');
  expect(settled).toEqual([changes[1]]);
});
