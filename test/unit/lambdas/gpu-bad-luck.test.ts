import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createWorkerJobs } from '../../../core/adapters/dynamodb/records/worker-jobs.ts';
import { AnalysisOptions } from '../../../core/contracts/analysis-options.ts';
import type { ResultDocument } from '../../../core/contracts/result-document.ts';
import { applyDefaults } from '../../../core/domain/analysis/apply-defaults.ts';
import { analysisMessageOf, type Job } from '../../../core/domain/entities/job.ts';
import { ModelTooLargeError } from '../../../core/domain/entities/model.ts';
import { uploadImage } from '../../../core/domain/media/upload-image.ts';
import { runQueueTask } from '../../../core/runtime/queue-task.ts';
import { chooseProvider } from '../../../lambdas/analyze-image/choose-provider.ts';
import { createWork, type TaskPorts } from '../../../lambdas/analyze-image/work.ts';
import { MemoryQueue } from '../../helpers/memory-queue.ts';
import { createMediaWorld, MODEL } from '../../helpers/memory-table/media-world.ts';
import { silentTelemetry } from '../../helpers/silent-telemetry.ts';

const LEASE_SECONDS = 0.3;
const now = () => new Date();
const telemetry = silentTelemetry();

let world: ReturnType<typeof createMediaWorld>;
let queue: MemoryQueue;
let stops: (() => Promise<unknown>)[];
beforeEach(() => {
  world = createMediaWorld();
  queue = new MemoryQueue();
  stops = [];
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
});

/** Takes images in whose jobs ask for a GPU. @returns the ids of their jobs. */
async function submit(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { jobs } = await uploadImage(
      {
        bytes: new Uint8Array([1, index]),
        filename: 'a.jpg',
        models: ['food'],
        keep: 'compressed',
        options: AnalysisOptions.parse({ device: 'gpu' }),
      },
      {
        principal: { userId: 'usr_1', role: 'user', scopes: ['write'] },
        prefetched: { openJobs: 0 },
      } as never,
      {
        ...world.ports,
        images: world.images,
        jobs: world.jobs,
        datasets: world.datasets,
        models: { list: async () => [{ ...MODEL, status: 'available', registeredAt: '' }] } as never,
        openJobLimit: 100,
        hasGpu: true,
        analysisQueue: {
          send: async (messages) => messages.forEach(({ device, ...body }) => void tell(device, body)),
        },
      },
    );
    ids.push(jobs[0]?.id ?? '');
  }
  return ids;
}

function tell(device: string, body: object): void {
  expect(device).toBe('gpu');
  queue.send(JSON.stringify(body));
}

const worker = () =>
  createWorkerJobs(world.table, {
    leaseSeconds: LEASE_SECONDS,
    now,
    credits: world.credits,
    putLargeResult: async (id) => id,
  });

type Analyze = TaskPorts['analyze'];

const documentOf = ({ mediaId, options }: Job): ResultDocument => ({
  image: { id: mediaId, sha256: '0'.repeat(64), width: 4, height: 3 },
  model: { id: MODEL.id, version: MODEL.version, sha256: MODEL.sha256 },
  options: applyDefaults(options, {}),
  detections: [],
  summary: [],
  timing: { decodeMs: 0, inferMs: 0, postMs: 0 },
});
const finds: Analyze = async (job) => documentOf(job);

interface StartOptions {
  readonly graceSeconds?: number;
  readonly concurrency?: number;
  readonly jobs?: TaskPorts['jobs'];
}

/** A task over the table in memory. */
function start(analyze: Analyze, { graceSeconds = 5, concurrency = 4, jobs = worker() }: StartOptions = {}) {
  const stop = new AbortController();
  const ports: TaskPorts = {
    jobs,
    images: world.images,
    objects: {
      get: async (key) => world.objects.get(key) ?? expect.fail(`no ${key}`),
      remove: async (key) => void world.objects.delete(key),
    },
    segmentQueue: { send: async () => {} },
    analyze,
    maxReceives: 5,
    timeoutSeconds: 60,
    leaseSeconds: LEASE_SECONDS,
  };
  const done = runQueueTask(
    { source: queue, work: createWork(ports, telemetry), protect: async () => {} },
    { concurrency, leaseSeconds: LEASE_SECONDS, graceSeconds },
    { stop: stop.signal, telemetry },
  );
  const end = () => {
    stop.abort();
    return done;
  };
  stops.push(end);
  return { abort: () => stop.abort(), done };
}

const jobsOf = (ids: readonly string[]) => world.jobs.findAll(ids);
const PATIENCE = { timeout: 10_000 };
const allEnded = (ids: readonly string[]) =>
  vi.waitFor(async () => {
    for (const { status } of await jobsOf(ids)) expect(['succeeded', 'failed']).toContain(status);
  }, PATIENCE);
const isEmpty = () => vi.waitFor(() => expect(queue.left).toEqual([]), PATIENCE);

/** How each item was moved, by the ledger. */
const movements = (kind: 'debit' | 'refund') =>
  world
    .itemsOf('creditEntry')
    .filter((entry) => entry.kind === kind)
    .flatMap(({ items }) => items as unknown as string[])
    .filter((item) => item.startsWith('job:'))
    .sort();
const chargesOf = (ids: readonly string[]) => ids.map((id) => `job:${id}`).sort();

async function expectEndedOnce(ids: readonly string[]): Promise<void> {
  await allEnded(ids);
  await isEmpty();
  expect((await jobsOf(ids)).map(({ status }) => status)).toEqual(ids.map(() => 'succeeded'));
  expect(world.itemsOf('result')).toHaveLength(ids.length);
  expect(movements('debit')).toEqual(chargesOf(ids));
  expect(movements('refund')).toEqual([]);
}

it('no CUDA where it was asked for: images are analysed on the processor', async () => {
  const provider = await chooseProvider('cuda', { tryProvider: async () => 'no libcudart', telemetry });
  const providers: string[] = [];
  const ids = await submit(3);
  start(async (job) => {
    providers.push(provider);
    return documentOf(job);
  });
  await expectEndedOnce(ids);
  expect(providers).toEqual(['cpu', 'cpu', 'cpu']);
  expect(telemetry.names).toContain('ProviderMissing');
});

it('a Spot notice in the middle of a batch: it is finished, and another task does the rest', async () => {
  const ids = await submit(6);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let begun = 0;
  const first = start(async (job) => {
    begun += 1;
    await gate;
    return documentOf(job);
  });
  await vi.waitFor(() => expect(begun).toBe(4));
  first.abort();
  open();
  await first.done;
  expect((await jobsOf(ids)).filter(({ status }) => status === 'succeeded')).toHaveLength(4);
  expect(queue.left).toHaveLength(2);
  start(finds);
  await expectEndedOnce(ids);
  expect((await jobsOf(ids)).map(({ attempts }) => attempts)).toEqual(ids.map(() => 1));
});

it('a Spot notice that leaves no time for the batch: all of it is given back with its leases', async () => {
  const ids = await submit(2);
  const never = new Promise<never>(() => {});
  let begun = 0;
  const first = start(
    () => {
      begun += 1;
      return never;
    },
    { graceSeconds: 0 },
  );
  await vi.waitFor(() => expect(begun).toBe(2));
  first.abort();
  await first.done;
  expect(queue.visible).toHaveLength(2);
  // No lease is in the way of the next one.
  const claimed = await worker().claim({ jobId: ids[0] ?? '' });
  expect(claimed).toMatchObject({ status: 'running', attempts: 2 });
  await sleep(LEASE_SECONDS * 1000);
  start(finds);
  await expectEndedOnce(ids);
});

it('a model too large for the memory: its job fails at its first delivery, and is refunded once', async () => {
  const ids = await submit(1);
  start(() => Promise.reject(new ModelTooLargeError()));
  await allEnded(ids);
  await isEmpty();
  expect(await jobsOf(ids)).toMatchObject([
    { status: 'failed', attempts: 1, error: { code: 'model_too_large' } },
  ]);
  expect(movements('debit')).toEqual(chargesOf(ids));
  expect(movements('refund')).toEqual(chargesOf(ids));
});

it('a lease that ran out: the later attempt ends the job, the late one changes nothing', async () => {
  const ids = await submit(1);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const records = worker();
  const succeeded: boolean[] = [];
  // Its heart does not beat: the table does not hear of it, and the queue neither.
  const frozen = {
    find: records.find,
    claim: records.claim,
    fail: records.fail,
    extendLease: async () => false,
    async succeed(...args: Parameters<typeof records.succeed>) {
      const isMine = await records.succeed(...args);
      succeeded.push(isMine);
      return isMine;
    },
  };
  let begun = 0;
  start(
    async (job) => {
      begun += 1;
      await gate;
      return documentOf(job);
    },
    { jobs: frozen, concurrency: 1 },
  );
  await vi.waitFor(() => expect(begun).toBe(1));
  start(finds);
  await allEnded(ids);
  open();
  await vi.waitFor(() => expect(succeeded).toEqual([false]), PATIENCE);
  await expectEndedOnce(ids);
  expect(await jobsOf(ids)).toMatchObject([{ attempts: 2 }]);
});

it("another version's messages: they wait for it, end in the dead letters, and their jobs are told anew", async () => {
  const ids = await submit(2);
  const [first = '', second = ''] = ids;
  const [body = ''] = queue.left;
  const [message] = await queue.receive(1, 60);
  if (message !== undefined) await queue.remove(message);
  expect(body).toContain(first);
  queue.send(JSON.stringify({ version: 2, job: { id: first } }));
  start(finds);
  await allEnded([second]);
  await vi.waitFor(() => expect(queue.deadLetters).toHaveLength(1), PATIENCE);
  expect(await jobsOf([first])).toMatchObject([{ status: 'queued', attempts: 0 }]);
  // As the reconciler does with what has been queued for long.
  for (const job of await jobsOf([first])) {
    const { device, ...told } = analysisMessageOf(job);
    tell(device, told);
  }
  await expectEndedOnce(ids);
});

it('a task that is killed without a signal: another takes its jobs when their leases are over', async () => {
  const ids = await submit(3);
  const dead = worker();
  for (const { body } of await queue.receive(3, LEASE_SECONDS * 1.1))
    await dead.claim({ jobId: JSON.parse(body).jobId });
  expect((await jobsOf(ids)).map(({ status }) => status)).toEqual(['running', 'running', 'running']);
  start(finds);
  await expectEndedOnce(ids);
  expect((await jobsOf(ids)).map(({ attempts }) => attempts)).toEqual([2, 2, 2]);
});

it('a lease is extended by the attempt that has it, and by no other', async () => {
  const [id = ''] = await submit(1);
  const jobs = worker();
  const job = (await jobs.claim({ jobId: id })) ?? expect.fail('not claimed');
  expect(await jobs.extendLease(job, 60)).toBe(true);
  await sleep(LEASE_SECONDS * 1000);
  await expect(jobs.claim({ jobId: id })).rejects.toThrow('held by another worker');
  expect(await jobs.extendLease(job, 0)).toBe(true);
  await sleep(2);
  expect(await jobs.claim({ jobId: id })).toMatchObject({ attempts: 2 });
  expect(await jobs.extendLease(job, 60)).toBe(false);
});
