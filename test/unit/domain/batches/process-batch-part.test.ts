import { describe, expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import {
  type ProcessBatchPartPorts,
  processBatchPart,
} from '../../../../core/domain/batches/process-batch-part.ts';
import {
  type Batch,
  type BatchJob,
  type BatchPart,
  NO_COUNTS,
} from '../../../../core/domain/entities/batch.ts';
import { type Charge, InsufficientCreditsError, jobItem } from '../../../../core/domain/entities/credits.ts';
import type { Job } from '../../../../core/domain/entities/job.ts';

const NOW = new Date('2026-01-02T00:00:00.000Z');
const PRICE = 250;
const batch: Batch = {
  id: 'bat_1',
  userId: 'usr_1',
  models: [{ id: 'food', version: '1' }],
  options: AnalysisOptions.parse({}),
  jobCount: 0,
  partCount: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
};
const planned = (index: number, changes: Partial<BatchJob> = {}): BatchJob => ({
  id: `job_${index}`,
  mediaId: `image-${index}`,
  model: { id: 'food', version: '1' },
  ...changes,
});
const plan = (count: number) => Array.from({ length: count }, (_, index) => planned(index));

interface World {
  readonly batch?: Batch | undefined;
  readonly jobs: readonly BatchJob[];
  readonly made?: readonly Job[];
  readonly madeCount?: number;
  /** Thousandths that can be spent. */
  readonly funds?: number;
}

/** A part of a batch with its jobs, held in memory as the table holds them. */
function createWorld({
  batch: theBatch = batch,
  jobs,
  made = [],
  madeCount = made.length,
  funds = 1e9,
}: World) {
  let part: BatchPart = { batchId: 'bat_1', part: 0, jobs, madeCount, revision: 0 };
  const stored = new Map(made.map((job) => [job.id, job]));
  const seen = {
    transactions: [] as number[],
    charged: [] as Charge[],
    sent: [] as string[],
    released: [] as string[],
  };
  let left = funds;
  const pay = (charges: readonly Charge[]) => {
    const cost = charges.reduce((sum, { amount }) => sum + amount, 0);
    if (cost > left) throw new InsufficientCreditsError({ cost, balance: left });
    left -= cost;
    seen.charged.push(...charges);
  };
  const ports: ProcessBatchPartPorts = {
    batches: {
      find: async (id) => (id === theBatch.id ? theBatch : undefined),
      findPart: async (_, number) => (number === 0 ? part : undefined),
      openPart: () => Promise.reject(new Error('every part here is there')),
      makeJobs: async (known, made, charges) => {
        if (known.madeCount !== part.madeCount) return false;
        pay(charges);
        for (const job of made) stored.set(job.id, job);
        part = { ...part, madeCount: part.madeCount + made.length };
        seen.transactions.push(made.length);
        return true;
      },
      listParts: async () => [part],
      counts: async () => NO_COUNTS,
      markFinished: async () => {},
      replaceJobs: async (known, { replacements, round, isLast }, { charges }) => {
        if (known.revision !== part.revision) return false;
        pay(charges);
        const next = [...part.jobs];
        for (const { position, job } of replacements) {
          next[position] = { id: job.id, mediaId: job.mediaId, model: job.model };
          stored.set(job.id, job);
        }
        part = { ...part, jobs: next, revision: part.revision + 1, ...(isLast && { round }) };
        seen.transactions.push(replacements.length);
        return true;
      },
    },
    uploads: { find: async () => undefined },
    ledger: { release: async (userId, holdId) => void seen.released.push(`${userId} ${holdId}`) },
    prices: { image: 0, videoFrame: 0, analysis: PRICE },
    jobs: {
      findAll: async (ids) => ids.flatMap((id) => stored.get(id) ?? []),
      cancel: async (job) => Boolean(stored.set(job.id, { ...job, status: 'canceled' })),
    },
    analysisQueue: { send: async (messages) => void seen.sent.push(...messages.map(({ jobId }) => jobId)) },
    now: () => NOW,
  };
  const process = (batchId = 'bat_1') => processBatchPart({ batchId, part: 0, action: 'process' }, ports);
  const jobsNow = () => part.jobs.map(({ id }) => stored.get(id));
  return { process, ports, seen, jobsNow, part: () => part };
}

const job = (index: number, changes: Partial<Job> = {}): Job => ({
  id: `job_${index}`,
  userId: 'usr_1',
  mediaId: `image-${index}`,
  model: { id: 'food', version: '1' },
  options: batch.options,
  status: 'queued',
  batch: { id: 'bat_1', shard: index % 10 },
  createdAt: '2026-01-01T00:00:00.000Z',
  attempts: 0,
  ...changes,
});

describe('a part that is queued', () => {
  it('has its jobs made, charged and sent, each once, in transactions that take them', async () => {
    const { process, seen, jobsNow } = createWorld({ jobs: plan(100) });
    expect(await process()).toBe('done');
    expect(seen.transactions).toEqual([40, 40, 20]);
    expect(seen.sent).toEqual(plan(100).map(({ id }) => id));
    expect(seen.charged).toEqual(plan(100).map(({ id }) => ({ item: jobItem(id), amount: PRICE })));
    expect(jobsNow()[13]).toEqual(job(13, { createdAt: NOW.toISOString() }));
  });

  it('goes on where a worker that died stopped, and charges nothing twice', async () => {
    const made = [0, 1, 2].map((index) => job(index));
    const { process, seen } = createWorld({ jobs: plan(5), made });
    await process();
    expect(seen.charged.map(({ item }) => item)).toEqual([jobItem('job_3'), jobItem('job_4')]);
    expect(seen.sent).toEqual(plan(5).map(({ id }) => id));
  });

  it('that somebody else has gone on with meanwhile is read again', async () => {
    const world = createWorld({ jobs: plan(3) });
    const { makeJobs } = world.ports.batches;
    const batches = {
      ...world.ports.batches,
      makeJobs: async (...[part, jobs, charges]: Parameters<typeof makeJobs>) => {
        if (part.madeCount === 0) await makeJobs(part, jobs.slice(0, 2), charges.slice(0, 2));
        return makeJobs(part, jobs, charges);
      },
    };
    await processBatchPart({ batchId: 'bat_1', part: 0, action: 'process' }, { ...world.ports, batches });
    expect(world.seen.transactions).toEqual([2, 1]);
    expect(world.seen.charged).toHaveLength(3);
  });

  it('charges a video by its frames', async () => {
    const video = { framesPerSecond: 1, segmentFrames: 4, segmentCount: 3, frameCount: 9 };
    const { process, seen, jobsNow } = createWorld({ jobs: [planned(0, { video })] });
    await process();
    expect(seen.charged).toEqual([{ item: jobItem('job_0'), amount: 9 * PRICE }]);
    expect(jobsNow()).toMatchObject([{ status: 'queued', video, segmentsDone: 0 }]);
  });

  it('takes results that are there: nothing is charged and nothing sent for them', async () => {
    const summary = [{ class: 'pea', count: 1, pixels: 1, share: 0.1, cm2: null }];
    const earlier = job(90, { id: 'job_earlier', status: 'succeeded', summary });
    const world = createWorld({
      jobs: [planned(0, { resultOf: 'job_earlier' }), planned(1)],
      made: [earlier],
      madeCount: 0,
    });
    await world.process();
    expect(world.seen.charged).toEqual([{ item: jobItem('job_1'), amount: PRICE }]);
    expect(world.seen.sent).toEqual(['job_1']);
    expect(world.jobsNow()[0]).toMatchObject({
      status: 'succeeded',
      summary,
      resultOf: 'job_earlier',
      finishedAt: NOW.toISOString(),
    });
  });

  it('analyses again where the result that it was to take is gone', async () => {
    const { process, seen } = createWorld({ jobs: [planned(0, { resultOf: 'job_gone' })] });
    await process();
    expect(seen.sent).toEqual(['job_0']);
  });

  it('fails what is not paid for, and says what to do', async () => {
    const { process, seen, jobsNow } = createWorld({ jobs: plan(2), funds: PRICE });
    expect(await process()).toBe('done');
    expect(jobsNow()).toMatchObject([
      { status: 'failed', error: { code: 'insufficient_credits' }, finishedAt: NOW.toISOString() },
      { status: 'failed', error: { code: 'insufficient_credits' } },
    ]);
    expect([seen.charged, seen.sent]).toEqual([[], []]);
  });

  it('of no batch is ignored; of a batch without that part it is an error', async () => {
    const { process, ports } = createWorld({ jobs: [] });
    expect(await process('bat_gone')).toBe('ignored');
    await expect(processBatchPart({ batchId: 'bat_1', part: 7, action: 'process' }, ports)).rejects.toThrow(
      'Batch bat_1 has no part 7.',
    );
  });
});

describe('a part that is canceled', () => {
  const canceled: Batch = { ...batch, canceledAt: '2026-01-01T12:00:00.000Z', isCanceled: true };

  it('ends what is open, keeps what has ended, and lets the hold go', async () => {
    const made = [job(0, { status: 'succeeded' }), job(1), job(2, { status: 'running' })];
    const { process, seen, jobsNow } = createWorld({ batch: canceled, jobs: plan(3), made });
    await process();
    expect(jobsNow().map((each) => each?.status)).toEqual(['succeeded', 'canceled', 'canceled']);
    expect(seen).toMatchObject({ sent: [], charged: [], released: ['usr_1 bat_1'] });
  });

  it('makes jobs that are not made yet, canceled, so that nobody makes them behind its back', async () => {
    const { process, seen, jobsNow } = createWorld({ batch: canceled, jobs: plan(2) });
    await process();
    expect(jobsNow()).toMatchObject([{ status: 'canceled' }, { status: 'canceled' }]);
    expect([seen.charged, seen.sent]).toEqual([[], []]);
  });
});

describe('a part that is tried again', () => {
  const failed = { status: 'failed', error: { code: 'analysis_failed', detail: 'It failed.' } } as const;
  const retried: Batch = { ...batch, isCanceled: false, round: 1 };

  it('has a new job in the place of each failed one, and of no other', async () => {
    const made = [job(0, failed), job(1, { status: 'succeeded' }), job(2, failed)];
    const { process, seen, jobsNow, part } = createWorld({ batch: retried, jobs: plan(3), made });
    await process();
    const ids = part().jobs.map(({ id }) => id);
    expect(ids[1]).toBe('job_1');
    expect(new Set([...ids, 'job_0', 'job_2'])).toHaveLength(5);
    expect(jobsNow()).toMatchObject([
      { status: 'queued', mediaId: 'image-0', attempts: 0, batch: { id: 'bat_1', shard: 0 } },
      { status: 'succeeded' },
      { status: 'queued', mediaId: 'image-2', batch: { shard: 2 } },
    ]);
    expect(seen.sent).toEqual([ids[0], ids[2]]);
    expect(seen.charged.map(({ item }) => item)).toEqual([
      jobItem(ids[0] as string),
      jobItem(ids[2] as string),
    ]);
  });

  it('has them in transactions that take them, by their bytes too', async () => {
    const classes = [`a class with a long name ${'x'.repeat(300_000)}`];
    const large: Batch = { ...retried, options: { ...batch.options, classes } };
    const made = plan(20).map((_, index) => job(index, failed));
    const { process, seen, jobsNow } = createWorld({ batch: large, jobs: plan(20), made });
    await process();
    expect(seen.transactions).toEqual([8, 8, 4]);
    expect(jobsNow().map((each) => each?.status)).toEqual(Array(20).fill('queued'));
  });

  it('leaves failed what is not paid for', async () => {
    const { process, seen, jobsNow } = createWorld({
      batch: retried,
      jobs: plan(1),
      made: [job(0, failed)],
      funds: 0,
    });
    expect(await process()).toBe('done');
    expect(jobsNow()).toMatchObject([{ id: 'job_0', status: 'failed' }]);
    expect(seen.sent).toEqual([]);
  });

  it('twice at once tries nothing twice', async () => {
    const world = createWorld({ batch: retried, jobs: plan(1), made: [job(0, failed)] });
    await world.process();
    await world.process();
    expect(world.seen.transactions).toEqual([1]);
  });
});
