import { expect, it } from 'vitest';
import { createVideoSegments } from '../../../../../core/adapters/dynamodb/records/video-segments.ts';
import { createTally } from '../../../../../core/domain/analysis/segment-outcome.ts';
import type { Job } from '../../../../../core/domain/entities/job.ts';
import { createMediaWorld, OPTIONS } from '../../../../helpers/memory-table/media-world.ts';

const model = { id: 'lvis', version: '1', sha256: 'f00d' };
const job: Job = {
  id: 'job_1',
  userId: 'usr_1',
  mediaId: 'video-1',
  model,
  video: { framesPerSecond: 1, segmentFrames: 60, segmentCount: 2, frameCount: 120 },
  options: OPTIONS,
  status: 'running',
  createdAt: '2026-01-01T00:00:00.000Z',
  attempts: 1,
};

/** A segment whose every frame shows something of so many classes. */
function outcomeOf(segment: number, classCount: number) {
  const tally = createTally(segment);
  for (let timeSeconds = 0; timeSeconds < 60; timeSeconds++) {
    const summary = Array.from({ length: classCount }, (_, classId) => ({
      ...{ class: `thing number ${classId}`, count: 1 + ((classId + timeSeconds) % 3) },
      ...{ pixels: 100 * classId + timeSeconds, share: classId / 7000, cm2: null },
    }));
    tally.add({ timeSeconds, summary, model, options: OPTIONS } as never);
  }
  return tally.outcome();
}

it('keeps what was found in a segment, in the order of the segments, also of more classes than an item could name', async () => {
  const { table } = createMediaWorld();
  await table.entities.job.create(job).go();
  const segments = createVideoSegments(table, { leaseSeconds: 60, now: () => new Date() });
  const outcomes = [outcomeOf(0, 1203), outcomeOf(1, 1)];
  for (const outcome of outcomes.toReversed()) await segments.add(job, outcome);
  expect(await segments.list(job.id)).toEqual(outcomes);
});

it('writes a segment of few classes so that a version before reads it', async () => {
  const { table } = createMediaWorld();
  await table.entities.job.create(job).go();
  const { segment, ...outcome } = outcomeOf(0, 2);
  const segments = createVideoSegments(table, { leaseSeconds: 60, now: () => new Date() });
  await segments.add(job, { segment, ...outcome });
  const { data } = await table.entities.videoSegment.get({ jobId: job.id, segment }).go();
  expect(data?.outcome).toEqual(outcome);
});

it('reads what a version before has counted', async () => {
  const { table } = createMediaWorld();
  const { segment, ...outcome } = outcomeOf(0, 2);
  await table.entities.videoSegment.put({ jobId: job.id, segment, outcome }).go();
  const segments = createVideoSegments(table, { leaseSeconds: 60, now: () => new Date() });
  expect(await segments.list(job.id)).toEqual([{ segment, ...outcome }]);
});
