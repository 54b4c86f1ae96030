import { expect, it } from 'vitest';
import { AnalysisOptions } from '../../../core/contracts/analysis-options.ts';
import { FinishedJobEvent } from '../../../core/contracts/events.ts';
import { announceChange } from '../../../core/domain/announce-changes.ts';
import type { Job } from '../../../core/domain/job.ts';

const running: Job = {
  id: `job_${'0'.repeat(32)}`,
  userId: 'usr_1',
  imageId: '7a1b6f2e-30a8-4b1f-9a57-111111111111',
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

async function announced(before: Job | undefined, after: Job) {
  const events: FinishedJobEvent[] = [];
  await announceChange(
    { before, after },
    { finishedJobs: { publish: async (event) => void events.push(event) } },
  );
  return events;
}

it('publishes the end of a job with links to what it found', async () => {
  const [event] = await announced(running, succeeded);
  expect(FinishedJobEvent.parse(event)).toMatchObject({
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
  const error = { code: 'damaged_picture', detail: 'The picture is damaged.' };
  const [event] = await announced(running, { ...running, status: 'failed', error });
  expect(event).toMatchObject({ type: 'job.failed', data: { error } });
});

it.each([
  ['a job that only started', { ...running, status: 'queued' } as Job, running],
  ['a finished job that was written again', succeeded, { ...succeeded, attempts: 2 }],
])('is silent about %s', async (_, before, after) => {
  expect(await announced(before, after)).toEqual([]);
});
