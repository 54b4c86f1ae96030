import { expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import { type ReconcilePorts, reconcile } from '../../../../core/domain/cleanup/reconcile.ts';
import { type Batch, type BatchPart, NO_COUNTS } from '../../../../core/domain/entities/batch.ts';
import { derivedUuid } from '../../../../core/domain/entities/ids.ts';
import type { Image } from '../../../../core/domain/entities/image.ts';
import type { Job } from '../../../../core/domain/entities/job.ts';
import type { Upload } from '../../../../core/domain/entities/upload.ts';
import type { Video } from '../../../../core/domain/entities/video.ts';
import type { Change } from '../../../../core/domain/events/announce-changes.ts';

const now = new Date('2026-01-01T12:00:00.000Z');
const minutesBefore = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();

const job = (id: string, changes: Partial<Job> = {}): Job => ({
  id,
  userId: 'usr_1',
  mediaId: 'image-1',
  model: { id: 'food', version: '1' },
  options: AnalysisOptions.parse({}),
  status: 'queued',
  createdAt: minutesBefore(15),
  attempts: 0,
  ...changes,
});

const NOTHING = {
  resent: 0,
  revived: 0,
  requeued: 0,
  failed: 0,
  finishedBatches: 0,
  finishedUploads: 0,
  announced: 0,
  redelivered: 0,
  orphans: 0,
};

/** Ports that find nothing and write down what they are asked to do. */
function createPorts(changes: Partial<ReconcilePorts> = {}) {
  const done: unknown[][] = [];
  const note =
    (what: string, answer?: unknown) =>
    async (...given: unknown[]) => {
      done.push([what, ...given]);
      return answer as never;
    };
  const ports: ReconcilePorts = {
    jobs: {
      findAll: async () => [],
      listQueuedLong: async () => [],
      listOverrun: async () => [],
      postpone: async ({ id }, time) => void done.push(['postpone', id, time.toISOString()]),
      requeue: async ({ id }) => Boolean(done.push(['requeue', id])),
      fail: async ({ id }, { code }) => Boolean(done.push(['fail', id, code])),
    },
    openBatches: { listLong: async () => [], postpone: note('postpone batch') },
    batches: {
      find: async (id) => ({ id }) as Batch,
      listParts: async () => [],
      counts: async () => NO_COUNTS,
      markFinished: async ({ id }) => void done.push(['end batch', id]),
    },
    listStalledUploads: async () => [],
    listDeadUploads: async () => [],
    uploads: {
      find: async () => undefined,
      close: async () => {},
      hasChunk: async (_, chunk) => chunk === 0,
      addChunk: async (_, { chunk, images, videos, refused, refusedCount }) =>
        void done.push(['chunk', chunk, images.length, videos.length, refused[0]?.code, refusedCount]),
      end: async (id) => Boolean(done.push(['end upload', id])),
      completeVideo: async ({ id }, videoId) => void done.push(['complete', id, videoId]),
      fail: async ({ id }, { code }) => void done.push(['fail upload', id, code]),
    },
    images: { findOwn: async () => new Map() },
    videos: { findOwn: async () => new Map() },
    objects: { remove: async () => {}, list: async () => [] },
    listRecorded: async () => new Set(),
    datasetItems: { add: note('collect') },
    deadLetters: { receive: async () => [] },
    listUnannounced: async () => [],
    listDueDeliveries: async () => [],
    removeSegments: async () => {},
    publish: async (all) => {
      done.push(...all.map(({ event }) => ['publish', event.type, event.data.id]));
      return new Set();
    },
    settle: async (all) =>
      void done.push(...all.map(({ after }) => ['settle', 'id' in after ? after.id : after.userId])),
    analysisQueue: {
      send: async (messages, userId) =>
        void done.push(['send', userId, ...messages.map((each) => each.jobId)]),
    },
    batchQueue: {
      send: async (messages) =>
        void messages.forEach(
          (each) => void done.push(['process', each.batchId, 'part' in each && each.part]),
        ),
    },
    deliveryQueue: { send: async ({ id }) => void done.push(['deliver', id]) },
    maxAttempts: 3,
    now: () => now,
    ...changes,
  };
  return { ports, done };
}

const withJobs = (queued: Job[], overrun: Job[]) => {
  const world = createPorts();
  const jobs = { ...world.ports.jobs, listQueuedLong: async () => queued, listOverrun: async () => overrun };
  return { ...world, ports: { ...world.ports, jobs } };
};

it('does nothing where nothing is stuck', async () => {
  const { ports, done } = createPorts();
  expect(await reconcile(now, ports)).toEqual(NOTHING);
  expect(done).toEqual([]);
});

it('sends queued jobs again, and looks later each time', async () => {
  const { ports, done } = withJobs(
    [job('job_1'), job('job_2', { userId: 'usr_2', createdAt: minutesBefore(60) })],
    [],
  );
  expect(await reconcile(now, ports)).toEqual({ ...NOTHING, resent: 2 });
  expect(done).toEqual([
    ['send', 'usr_1', 'job_1'],
    ['postpone', 'job_1', '2026-01-01T12:15:00.000Z'],
    ['send', 'usr_2', 'job_2'],
    ['postpone', 'job_2', '2026-01-01T13:00:00.000Z'],
  ]);
});

it('sends the queued jobs of others, and revives theirs, where those of one user fail each time', async () => {
  const jobs = [job('job_1'), job('job_2', { userId: 'usr_2' })];
  const { ports, done } = withJobs(jobs, []);
  const removed: string[] = [];
  const letters = jobs.map(({ id }) => ({ jobId: id, remove: async () => void removed.push(id) }));
  const reconciling = reconcile(now, {
    ...ports,
    jobs: { ...ports.jobs, findAll: async () => jobs },
    deadLetters: { ...ports.deadLetters, receive: async () => letters },
    analysisQueue: {
      ...ports.analysisQueue,
      send: async (messages, userId) => {
        if (userId === 'usr_1') throw new Error('usr_1 is poisoned.');
        return ports.analysisQueue.send(messages, userId);
      },
    },
  });
  await expect(reconciling).rejects.toThrow('usr_1 is poisoned.');
  expect(done).toEqual([
    ['send', 'usr_2', 'job_2'],
    ['postpone', 'job_2', '2026-01-01T12:15:00.000Z'],
    ['send', 'usr_2', 'job_2'],
  ]);
  expect(removed).toEqual(['job_2']);
});

it('queues an overrun job again up to its last attempt, and then ends it', async () => {
  const running = { status: 'running' } as const;
  const { ports, done } = withJobs(
    [],
    [job('job_1', { ...running, attempts: 2 }), job('job_2', { ...running, attempts: 3 })],
  );
  expect(await reconcile(now, ports)).toEqual({ ...NOTHING, requeued: 1, failed: 1 });
  expect(done).toEqual([
    ['requeue', 'job_1'],
    ['send', 'usr_1', 'job_1'],
    ['fail', 'job_2', 'analysis_timed_out'],
  ]);
});

it('leaves an overrun job alone that somebody has taken meanwhile', async () => {
  const { ports, done } = withJobs([], [job('job_1', { status: 'running', attempts: 1 })]);
  const jobs = { ...ports.jobs, requeue: async () => false };
  expect(await reconcile(now, { ...ports, jobs })).toEqual(NOTHING);
  expect(done).toEqual([]);
});

it('puts jobs back whose messages died before any worker began them, and leaves the others dead', async () => {
  const letter = (jobId: string | undefined) => ({
    jobId,
    remove: async () => void done.push(['remove', jobId]),
  });
  const { ports, done } = createPorts();
  const known = [
    job('job_untried'),
    job('job_tried', { attempts: 1 }),
    job('job_failed', { status: 'failed', attempts: 3 }),
    job('job_old', { createdAt: minutesBefore(61) }),
  ];
  const letters = [...known.map(({ id }) => letter(id)), letter('job_unknown'), letter(undefined)];
  const reconciled = await reconcile(now, {
    ...ports,
    deadLetters: { receive: async () => letters },
    jobs: { ...ports.jobs, findAll: async () => known },
  });
  expect(reconciled).toEqual({ ...NOTHING, revived: 1 });
  expect(done).toEqual([
    ['send', 'usr_1', 'job_untried'],
    ['remove', 'job_untried'],
  ]);
});

it('announces what the stream has missed', async () => {
  const after = job('job_1', { status: 'succeeded', finishedAt: minutesBefore(2) });
  const missed: Change[] = [{ entity: 'job', before: undefined, after }];
  const { ports, done } = createPorts({ listUnannounced: async () => missed });
  expect(await reconcile(now, ports)).toEqual({ ...NOTHING, announced: 1 });
  expect(done).toEqual([
    ['publish', 'job.succeeded', 'job_1'],
    ['settle', 'job_1'],
  ]);
});

it('removes the segments of a video’s job whose end the stream has missed, before that is settled', async () => {
  const video = { framesPerSecond: 1, frameCount: 61, segmentFrames: 60, segmentCount: 2 };
  const after = job('job_1', { status: 'canceled', video, finishedAt: minutesBefore(2) });
  const { ports, done } = createPorts({
    listUnannounced: async () => [{ entity: 'job', before: undefined, after }],
    removeSegments: async (jobId) => void done.push(['remove segments', jobId]),
  });
  const objects = { ...ports.objects, remove: async (key: string) => void done.push(['remove', key]) };
  await reconcile(now, { ...ports, objects });
  expect(done).toEqual([
    ['publish', 'job.canceled', 'job_1'],
    ['remove', 'results/job_1/0.jsonl'],
    ['remove', 'results/job_1/1.jsonl'],
    ['remove segments', 'job_1'],
    ['settle', 'job_1'],
  ]);
});

it('announces what is much in portions: what one run does not get to, it does not announce again', async () => {
  const missed = Array.from({ length: 250 }, (_, index): Change => {
    const after = job(`job_${index}`, { status: 'succeeded', finishedAt: minutesBefore(2) });
    return { entity: 'job', before: undefined, after };
  });
  const { ports, done } = createPorts({ listUnannounced: async () => missed });
  const settled: number[] = [];
  const settle = async (all: readonly Change[]) => {
    settled.push(all.length);
    if (settled.length === 2) throw new Error('the table is away');
  };
  await expect(reconcile(now, { ...ports, settle })).rejects.toThrow('the table is away');
  expect(settled).toEqual([100, 100, 50]);
  expect(done).toHaveLength(250);
});

it('brings on deliveries that are due', async () => {
  const due = [{ webhookId: 'whk_1', id: 'dlv_1', userId: 'usr_1' }];
  const { ports, done } = createPorts({ listDueDeliveries: async () => due });
  expect(await reconcile(now, ports)).toEqual({ ...NOTHING, redelivered: 1 });
  expect(done).toEqual([['deliver', 'dlv_1']]);
});

it('has those parts of an open batch worked on whose message was lost, all of them after a cancel', async () => {
  const jobs = [{ id: 'job_1', mediaId: 'image-1', model: { id: 'food', version: '1' } }];
  const partOf = (part: number, changes: Partial<BatchPart>) => ({
    batchId: 'bat_1',
    part,
    jobs,
    madeCount: 1,
    revision: 0,
    ...changes,
  });
  const parts = [partOf(0, {}), partOf(1, { madeCount: 0 }), partOf(2, { round: 1 })];
  const partsOf = async (batch: Partial<Batch>) => {
    const { ports, done } = createPorts();
    await reconcile(now, {
      ...ports,
      batches: {
        ...ports.batches,
        find: async (id) => ({ id, ...batch }) as Batch,
        listParts: async () => parts,
        counts: async () => ({ ...NO_COUNTS, queued: 1 }),
      },
      openBatches: { ...ports.openBatches, listLong: async () => ['bat_1'] },
    });
    return done.filter(([what]) => what === 'process').map(([, , part]) => part);
  };
  expect(await partsOf({})).toEqual([1]);
  expect(await partsOf({ round: 1 })).toEqual([0, 1]);
  expect(await partsOf({ round: 1, isCanceled: true })).toEqual([0, 1, 2]);
});

it('counts batches that have been open for long, and ends those that have ended', async () => {
  const { ports, done } = createPorts();
  const counts = async (id: string) => (id === 'bat_1' ? NO_COUNTS : { ...NO_COUNTS, running: 1 });
  const reconciled = await reconcile(now, {
    ...ports,
    batches: { ...ports.batches, counts },
    openBatches: { ...ports.openBatches, listLong: async () => ['bat_1', 'bat_2'] },
  });
  expect(reconciled).toEqual({ ...NOTHING, finishedBatches: 1 });
  expect(done).toEqual([
    ['end batch', 'bat_1'],
    ['postpone batch', 'bat_2', new Date('2026-01-01T12:15:00.000Z')],
  ]);
});

it('brings on all the rest where something fails each time, and tells what', async () => {
  const { ports, done } = withJobs(
    [],
    [1, 2].map((number) => job(`job_${number}`, { status: 'running', attempts: 3 })),
  );
  const fails = (what: string) => {
    throw new Error(`${what} is poisoned.`);
  };
  const reconciling = reconcile(now, {
    ...ports,
    jobs: {
      ...ports.jobs,
      fail: async ({ id }, { code }) =>
        id === 'job_1' ? fails(id) : ports.jobs.fail(job(id), { code } as never),
    },
    openBatches: { ...ports.openBatches, listLong: async () => ['bat_1', 'bat_2'] },
    batches: { ...ports.batches, counts: async (id) => (id === 'bat_1' ? fails(id) : NO_COUNTS) },
    listStalledUploads: async () => [
      stalled({ id: 'upl_1', kind: 'image' }),
      stalled({ id: 'upl_2', kind: 'image' }),
    ],
    uploads: {
      ...ports.uploads,
      fail: async (upload, refused) =>
        upload.id === 'upl_1' ? fails(upload.id) : ports.uploads.fail(upload, refused),
    },
    listUnannounced: async () => fails('an announcement'),
    listDueDeliveries: async () =>
      [1, 2].map((id) => ({ webhookId: 'whk_1', id: `dlv_${id}`, userId: 'usr_1' })),
    deliveryQueue: {
      send: async (delivery) =>
        delivery.id === 'dlv_1' ? fails('dlv_1') : ports.deliveryQueue.send(delivery),
    },
  });
  await expect(reconciling).rejects.toThrow('job_1 is poisoned.');
  expect(done).toEqual([
    ['fail', 'job_2', 'analysis_timed_out'],
    ['end batch', 'bat_2'],
    ['fail upload', 'upl_2', 'upload_failed'],
    ['deliver', 'dlv_2'],
  ]);
});

const stalled = (changes: Partial<Upload> = {}): Upload => ({
  id: 'upl_1',
  userId: 'usr_1',
  kind: 'zip',
  filename: 'a.zip',
  keep: 'compressed',
  framesPerSecond: 1,
  options: AnalysisOptions.parse({}),
  mediaId: 'image-1',
  jobs: [],
  status: 'processing',
  images: [],
  videos: [],
  refused: [],
  createdAt: minutesBefore(90),
  expiresAt: minutesBefore(30),
  ...changes,
});
const reconcileStalled = async (upload: Upload, changes: Partial<ReconcilePorts> = {}) => {
  const { ports, done } = createPorts({ ...changes, listStalledUploads: async () => [upload] });
  expect(await reconcile(now, ports)).toEqual({ ...NOTHING, finishedUploads: 1 });
  return done;
};

it('ends a stalled zip: what its dead chunks had stored is taken in, the rest refused', async () => {
  const chunks = [0, 25, 50].map((index) => ({
    index,
    count: 25,
    fileCount: index < 50 ? 25 : 10,
    offset: 0,
  }));
  const entries = { total: 60, done: 20, refused: 5, chunks, chunkCount: 3, chunksDone: 1 };
  const own = [derivedUuid('upl_1', 26), derivedUuid('upl_1', 70)];
  const images = {
    findOwn: async (ids: readonly string[]) =>
      new Map(ids.filter((id) => own.includes(id)).map((id) => [id, { id, userId: 'usr_1' } as Image])),
  };
  expect(await reconcileStalled(stalled({ entries, dataset: 'ds_1' }), { images })).toEqual([
    ['collect', expect.objectContaining({ datasetId: 'ds_1', itemId: own[0] })],
    ['chunk', 1, 1, 0, 'entries_failed', 24],
    ['collect', expect.objectContaining({ itemId: own[1] })],
    ['chunk', 2, 1, 0, 'entries_failed', 9],
    ['end upload', 'upl_1'],
  ]);
});

it('ends other stalled uploads as failed, and a video that is stored as done', async () => {
  for (const kind of ['zip', 'image', 'video'] as const) {
    expect(await reconcileStalled(stalled({ kind }))).toEqual([['fail upload', 'upl_1', 'upload_failed']]);
  }
  const videos = { findOwn: async () => new Map([['image-1', {} as Video]]) };
  expect(await reconcileStalled(stalled({ kind: 'video' }), { videos })).toEqual([
    ['complete', 'upl_1', 'image-1'],
  ]);
});

it('ends a chunk among the dead letters at once, and leaves those that may still be worked on', async () => {
  const chunks = [0, 25].map((index) => ({ index, count: 25, fileCount: 25, offset: 0 }));
  const entries = { total: 50, done: 0, refused: 0, chunks, chunkCount: 2, chunksDone: 0 };
  const { ports, done } = createPorts();
  const reconciled = await reconcile(now, {
    ...ports,
    uploads: { ...ports.uploads, find: async () => stalled({ entries }), hasChunk: async () => false },
    listDeadUploads: async () => [{ uploadId: 'upl_1', chunk: 1 }, { uploadId: 'upl_1' }],
  });
  expect(reconciled).toEqual({ ...NOTHING, finishedUploads: 1 });
  expect(done).toEqual([
    ['chunk', 1, 0, 0, 'entries_failed', 25],
    ['end upload', 'upl_1'],
  ]);
});
