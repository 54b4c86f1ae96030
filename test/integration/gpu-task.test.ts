import { randomInt, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatasetRecords } from '../../core/adapters/dynamodb/records/dataset-records.ts';
import { createImageTransactions } from '../../core/adapters/dynamodb/records/image-transactions.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { createResultCache } from '../../core/adapters/dynamodb/records/result-cache.ts';
import { tryProvider } from '../../core/adapters/onnx/try-provider.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { createImageNormalizer } from '../../core/adapters/sharp/normalize-image.ts';
import { createAnalysisQueue } from '../../core/adapters/sqs/analysis-queue.ts';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { toThousandths } from '../../core/domain/entities/credits.ts';
import { uploadImage } from '../../core/domain/media/upload-image.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { checkBooks } from '../helpers/check-books.ts';
import { openCredits, readBooks, SETTINGS } from '../helpers/credits.ts';
import { type StartedTask, startGpuTask } from '../helpers/gpu-task.ts';
import { serveLoopback } from '../helpers/loopback-api.ts';
import { makeImage } from '../helpers/make-image.ts';
import { pollUntil, waitForEnd } from '../helpers/pipeline.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const { sqs, s3 } = createAwsClients(deployment);
const { table, credits } = openCredits();
const [model] = deployment.models;
const user = await createTestUser();
const { call } = user;
const seed = randomInt(2 ** 24);

let queueUrl: string;
let tasks: StartedTask[] = [];
beforeAll(async () => {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `gpu-${randomUUID()}` }));
  queueUrl = QueueUrl;
});
afterEach(async () => {
  await Promise.all(tasks.map((task) => task.stop('SIGKILL').catch(() => {})));
  tasks = [];
});
afterAll(() => sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl })));

async function start(settings?: Parameters<typeof startGpuTask>[1]): Promise<StartedTask> {
  const task = await startGpuTask(queueUrl, settings);
  tasks.push(task);
  return task;
}

/** The emulators have no GPU stack: what takes an image in is put together here with a queue for GPUs. */
const ports = {
  normalizeImage: createImageNormalizer({ limitPixels: 50_000_000 }),
  objects: createObjectStore(s3, deployment.outputs.BucketName),
  models: createModelRecords(table),
  datasets: createDatasetRecords(table),
  images: createImageTransactions(table, credits),
  jobs: createJobRecords(table),
  resultCache: createResultCache(table),
  prices: {
    image: toThousandths(SETTINGS.image),
    videoFrame: 0,
    analysis: toThousandths(SETTINGS.analysis),
  },
  retentionDays: 0,
  openJobLimit: 1000,
  hasGpu: true,
  now: () => new Date(),
};

/** Sends an image whose job asks for a GPU. @returns the job's id. */
async function submit(number: number, options: Partial<AnalysisOptions> = {}, side = 64): Promise<string> {
  const analysisQueue = createAnalysisQueue(sqs, {
    ANALYSIS_QUEUE_URL: deployment.outputs.AnalysisQueueUrl,
    GPU_QUEUE_URL: queueUrl,
  });
  const { jobs } = await uploadImage(
    {
      bytes: await makeImage(seed + number, side),
      filename: 'a.jpg',
      models: [model],
      keep: 'original',
      options: AnalysisOptions.parse({ device: 'gpu', ...options }),
    },
    {
      principal: { userId: user.id, role: 'user', scopes: ['write'] },
      prefetched: { openJobs: 0, dataset: undefined },
    } as never,
    { ...ports, analysisQueue },
  );
  return jobs[0]?.id ?? expect.fail('no job');
}

/** One that takes longer than a lease. */
const submitSlow = (number: number) => submit(number, { tiles: { size: 80, overlap: 0 } }, 1000);
/** One that is still being worked on when the task is told to stop. */
const submitTiled = (number: number) => submit(number, { tiles: { size: 250, overlap: 0 } }, 1000);

const jobOf = async (id: string) => (await call(`GET /v1/jobs/${id}`)).body;
const ended = (ids: readonly string[]) => Promise.all(ids.map((id) => waitForEnd(call, `/v1/jobs/${id}`)));
const isRunning = (id: string) =>
  pollUntil(
    () => jobOf(id),
    ({ status }) => status !== 'queued',
  );

/** Each image and each analysis is charged once, and the books are right. */
async function expectChargedOnce(ids: readonly string[]): Promise<void> {
  const books = await readBooks(table, user.id);
  for (const id of ids) expect(books.marks.filter(({ item }) => item === `job:${id}`)).toHaveLength(1);
  checkBooks([books], { low: toThousandths(SETTINGS.low) });
}

async function messagesLeft(): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
/** Of a task, by their numbers. */
const processesOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((each) => each !== '')
    .map(Number);
const isEmpty = () => pollUntil(messagesLeft, (left) => left === 0);

describe('the task of the GPU stack, on the processor', () => {
  it('runs the jobs that ask for a GPU, as the function would', async () => {
    await start();
    const ids = await Promise.all([1, 2, 3, 4, 5].map((number) => submit(number)));
    const jobs = await ended(ids);
    expect(jobs).toMatchObject(ids.map(() => ({ status: 'succeeded', device: 'gpu', attempts: 1 })));
    const { body: result } = await call(`GET /v1/jobs/${ids[0]}/result`);
    expect(result).toMatchObject({ model: { id: model }, detections: expect.any(Array) });
    await isEmpty();
    await expectChargedOnce(ids);
  });

  it('keeps a slow job by its heartbeat, though another task is hungry for it', async () => {
    await start();
    await start();
    const id = await submitSlow(10);
    const [job] = await ended([id]);
    expect(job).toMatchObject({ status: 'succeeded', attempts: 1 });
    await isEmpty();
    await expectChargedOnce([id]);
  });

  it('drains on SIGTERM: finishes what it has begun, gives the rest back, and ends well', async () => {
    const first = await start();
    const ids = await Promise.all([20, 21, 22, 23, 24, 25].map(submitTiled));
    await Promise.race(ids.map(isRunning));
    expect(await first.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    const statuses = (await Promise.all(ids.map(jobOf))).map(({ status }) => status);
    // None is left behind as if somebody worked on it.
    expect(statuses).not.toContain('running');
    await start();
    const jobs = await ended(ids);
    expect(jobs).toMatchObject(ids.map(() => ({ status: 'succeeded', attempts: 1 })));
    await isEmpty();
    await expectChargedOnce(ids);
  });

  it('is killed without a signal: another takes its job over, which ends once', async () => {
    const first = await start();
    const id = await submitSlow(30);
    await isRunning(id);
    expect(await first.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    expect(await jobOf(id)).toMatchObject({ status: 'running', attempts: 1 });
    await start();
    const [job] = await ended([id]);
    expect(job).toMatchObject({ status: 'succeeded', attempts: 2 });
    await isEmpty();
    await expectChargedOnce([id]);
  });

  it('goes on when its processes are killed: others take their places, and each job ends once', async () => {
    const task = await start({ TASK_PROCESSES: '2' });
    const killed = await pollUntil(
      async () => processesOf(task.pid),
      (pids) => pids.length === 2,
    );
    // One of them is not ready yet when it is killed, as may be on a busy machine.
    process.kill(killed[1] ?? 0, 'SIGSTOP');
    const ids = await Promise.all([31, 32].map(submitTiled));
    await Promise.race(ids.map(isRunning));
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    const jobs = await ended(ids);
    expect(jobs).toMatchObject(ids.map(() => ({ status: 'succeeded' })));
    expect(JSON.stringify(task.lines)).toContain('A process of the task has died; another takes its place');
    await pollUntil(
      async () => processesOf(task.pid),
      (pids) => pids.length === 2 && !pids.some((pid) => killed.includes(pid)),
    );
    await isEmpty();
    await expectChargedOnce(ids);
    expect(await task.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('has ECS leave it alone while any of its processes is busy', async () => {
    const agent = await serveLoopback(() => ({ json: { protection: {} } }));
    await start({ TASK_PROCESSES: '2', ECS_AGENT_URI: agent.url });
    const ids = await Promise.all([33, 34, 35].map((number) => submit(number)));
    await ended(ids);
    const told = () => agent.heard.map(({ body }) => JSON.parse(body.toString()).ProtectionEnabled);
    await pollUntil(
      async () => told(),
      (all) => all.length > 1 && all.at(-1) === false,
    );
    // By turns: what one process says does not end the protection of the other.
    expect(told()).toEqual(told().map((_, nth) => nth % 2 === 0));
  });

  it('leaves no process behind when it is killed', async () => {
    const task = await start({ TASK_PROCESSES: '2' });
    await pollUntil(
      async () => processesOf(task.pid),
      (pids) => pids.length === 2,
    );
    const pids = processesOf(task.pid);
    await task.stop('SIGKILL');
    await pollUntil(
      async () => pids.filter((pid) => existsSync(`/proc/${pid}`)),
      (left) => left.length === 0,
    );
  });

  it('ends with an error where its processes cannot start', async () => {
    const task = await start({ BATCH_SIZE: '0' });
    expect(await task.ended).toMatchObject({ code: 1 });
    expect(JSON.stringify(task.lines)).toContain('A process of the task could not start');
  });

  it('leaves messages of another version to the queue, and goes on', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{"job":{"format":2}}' }));
    const task = await start();
    const id = await submit(40);
    const [job] = await ended([id]);
    expect(job).toMatchObject({ status: 'succeeded', attempts: 1 });
    await pollUntil(
      async () => JSON.stringify(task.lines),
      (lines) => lines.includes('The message is none of this version'),
    );
    // A job has ended before its message is deleted, which the task does before it ends.
    await task.stop('SIGTERM');
    expect(await messagesLeft()).toBe(1);
  });

  it('computes on the processor where there is no CUDA, and says so', async ({ skip }) => {
    skip((await tryProvider('cuda')) === undefined, 'There is CUDA here.');
    const task = await start({ EXECUTION_PROVIDER: 'cuda' });
    const id = await submit(50);
    const [job] = await ended([id]);
    expect(job).toMatchObject({ status: 'succeeded', attempts: 1 });
    const lines = JSON.stringify(task.lines);
    expect(lines).toContain('The task computes on the processor');
    expect(lines).toContain('"ProviderMissing":1');
    await expectChargedOnce([id]);
  });

  it('fails a job whose model is larger than its memory, at once and with a refund', async () => {
    await start({ MODEL_MEMORY_MB: '1' });
    const id = await submit(60);
    const [job] = await ended([id]);
    expect(job).toMatchObject({ status: 'failed', attempts: 1, error: { code: 'model_too_large' } });
    const { entries } = await readBooks(table, user.id);
    const refunds = entries.filter(({ kind, items }) => kind === 'refund' && items.includes(`job:${id}`));
    expect(refunds).toHaveLength(1);
  });
});
