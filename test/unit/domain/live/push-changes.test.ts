import { describe, expect, it } from 'vitest';
import type { LiveMessage, Topic } from '../../../../core/contracts/live-messages.ts';
import type { Batch } from '../../../../core/domain/entities/batch.ts';
import type { Connection } from '../../../../core/domain/entities/connection.ts';
import {
  jobUpdate,
  jobUpdatesSince,
  type LiveJob,
  uploadUpdate,
} from '../../../../core/domain/live/live-update.ts';
import { type LiveChange, pushChanges } from '../../../../core/domain/live/push-changes.ts';

const job = (status: LiveJob['status'], attempts: number): LiveJob => ({
  id: 'job_1',
  userId: 'usr_1',
  mediaId: 'image',
  model: { id: 'm', version: '1' },
  status,
  attempts,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...(attempts > 0 && { startedAt: '2026-01-01T00:00:01.000Z' }),
});

function fake(
  topics: Record<string, Topic[]>,
  options: { gone?: string; broken?: string; over?: string } = {},
) {
  const sent: [string, LiveMessage][] = [];
  const removed: string[] = [];
  const connections = Object.entries(topics).map(
    ([id, listened]): Connection => ({ id, userId: 'usr_1', topics: listened, isOver: id === options.over }),
  );
  let counted = 0;
  const ports = {
    connections: {
      listOfUser: async (userId: string) => connections.filter((each) => each.userId === userId),
      remove: async ({ id }: Connection) => void removed.push(id),
    },
    batches: {
      find: async (id: string) => ({ id, userId: 'usr_1', jobCount: 10_000 }) as Batch,
      countsInSequence: async () => {
        counted += 1;
        const counts = { queued: 0, running: 1, succeeded: 0, failed: 0, canceled: 0 };
        return { counts, sequence: counted };
      },
    },
    send: async (id: string, message: LiveMessage) => {
      if (id === options.broken) throw new Error('no way');
      sent.push([id, message]);
      return id !== options.gone;
    },
    close: async () => {},
  };
  return { ports, sent, removed, timesCounted: () => counted };
}

describe('the number of a state', () => {
  it('goes up along every way a job may go', () => {
    const way = [
      job('queued', 0),
      job('running', 1),
      job('running', 2),
      job('queued', 2),
      job('running', 3),
      job('succeeded', 3),
    ].map((each) => jobUpdate(each).sequence);
    expect(way).toEqual([...new Set(way)].sort((a, b) => a - b));
    expect(jobUpdate(job('canceled', 0)).sequence).toBeGreaterThan(jobUpdate(job('queued', 0)).sequence);
  });

  it('goes up along the way of an upload', () => {
    const upload = { id: 'upl_1', userId: 'usr_1', kind: 'zip' } as const;
    const entries = (chunksDone: number) => ({ total: 3, done: 0, refused: 0, chunkCount: 2, chunksDone });
    const way = [
      uploadUpdate({ ...upload, status: 'waiting' }),
      uploadUpdate({ ...upload, status: 'processing' }),
      ...[0, 1, 2].map((done) => uploadUpdate({ ...upload, status: 'processing', entries: entries(done) })),
      uploadUpdate({ ...upload, status: 'done', entries: entries(2) }),
    ].map(({ sequence }) => sequence);
    expect(way).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('tells what was missed', () => {
    const updatesSince = (since: number) =>
      jobUpdatesSince(job('succeeded', 1), since).map(({ data }) => data.status);
    expect([0, 1, 3].map(updatesSince)).toEqual([['running', 'succeeded'], ['succeeded'], []]);
  });
});

describe('pushing changes', () => {
  const running: LiveChange = { entity: 'job', before: job('queued', 0), after: job('running', 1) };

  it('tells those who listen for it or for all, and nobody else', async () => {
    const { ports, sent } = fake({ one: ['job:job_1'], all: ['me'], other: ['job:job_2'] });
    await pushChanges([running], ports);
    expect(sent.map(([id, message]) => [id, message.topic])).toEqual([
      ['one', 'job:job_1'],
      ['all', 'me'],
    ]);
  });

  it('names a video as one, and an image as one', async () => {
    const video = { framesPerSecond: 1, segmentFrames: 10, segmentCount: 1, frameCount: 1 };
    const { ports, sent } = fake({ all: ['me'] });
    const ofVideo: LiveJob = { ...job('queued', 0), id: 'job_2', mediaId: 'clip', video };
    await pushChanges([running, { entity: 'job', before: undefined, after: ofVideo }], ports);
    const [first, second] = sent.map(([, message]) => message.data);
    expect(first).toMatchObject({ image: 'image' });
    expect(first).not.toHaveProperty('video');
    expect(second).toMatchObject({ video: 'clip' });
    expect(second).not.toHaveProperty('image');
  });

  it('tells nothing of writes that change no state', async () => {
    const { ports, sent } = fake({ one: ['job:job_1'] });
    await pushChanges([{ entity: 'job', before: job('running', 1), after: job('running', 1) }], ports);
    expect(sent).toEqual([]);
  });

  it('forgets who is gone, and lets one failure keep nobody else from hearing', async () => {
    const { ports, sent, removed } = fake(
      { gone: ['me'], broken: ['me'], well: ['me'] },
      { gone: 'gone', broken: 'broken' },
    );
    await expect(pushChanges([running, running], ports)).rejects.toThrow('no way');
    expect(removed).toEqual(['gone']);
    expect(sent.filter(([id]) => id === 'well')).toHaveLength(2);
    expect(sent.filter(([id]) => id === 'gone')).toHaveLength(1);
  });

  it('ends what is over by itself, and tells it nothing more', async () => {
    const { ports, sent, removed } = fake({ late: ['me'], well: ['me'] }, { over: 'late' });
    await pushChanges([running], ports);
    expect(removed).toEqual(['late']);
    expect(sent.map(([id]) => id)).toEqual(['well']);
  });

  it('tells of a batch once, however many of its 10,000 jobs have changed', async () => {
    const { ports, sent } = fake({ one: ['batch:bat_1'], all: ['me'] });
    const jobs = Array.from(
      { length: 5000 },
      (): LiveChange => ({
        entity: 'job',
        before: job('queued', 0),
        after: { ...job('running', 1), batch: { id: 'bat_1', shard: 0 } },
      }),
    );
    const counters = jobs.map((): LiveChange => ({ entity: 'batchCounter', batchId: 'bat_1' }));
    await pushChanges([...jobs, ...counters], ports);
    expect(sent.map(([id, { type }]) => [id, type])).toEqual([
      ['one', 'batch.updated'],
      ['all', 'batch.updated'],
    ]);
  });

  it('counts no jobs of a batch that nobody listens for', async () => {
    const counter: LiveChange = { entity: 'batchCounter', batchId: 'bat_1' };
    const { ports, sent, timesCounted } = fake({ other: ['batch:bat_2'] });
    await pushChanges([counter], ports);
    expect([sent, timesCounted()]).toEqual([[], 0]);
  });

  it('tells of a batch each time that it has changed, without a wait between', async () => {
    const counter: LiveChange = { entity: 'batchCounter', batchId: 'bat_1' };
    const { ports, sent } = fake({ one: ['batch:bat_1'] });
    await pushChanges([counter], ports);
    await pushChanges([counter], ports);
    expect(sent.map(([, message]) => message)).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
  });

  it('reads the connections of a user once', async () => {
    const { ports } = fake({ one: ['batch:bat_1', 'job:job_1'] });
    const asked: string[] = [];
    const { listOfUser } = ports.connections;
    ports.connections.listOfUser = (userId) => {
      asked.push(userId);
      return listOfUser(userId);
    };
    await pushChanges([running, { entity: 'batchCounter', batchId: 'bat_1' }], ports);
    expect(asked).toEqual(['usr_1']);
  });
});
