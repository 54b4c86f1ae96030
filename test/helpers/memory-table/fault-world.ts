import { AsyncLocalStorage } from 'node:async_hooks';
import { createBatchRecords } from '../../../core/adapters/dynamodb/records/batch-records.ts';
import { createBatchTransactions } from '../../../core/adapters/dynamodb/records/batch-transactions.ts';
import { createLedger } from '../../../core/adapters/dynamodb/records/ledger.ts';
import {
  createLongOpenBatches,
  createStalledUploads,
  createStuckJobs,
} from '../../../core/adapters/dynamodb/records/unreconciled-records.ts';
import {
  createJobCanceler,
  createJobFailer,
  createWorkerJobs,
} from '../../../core/adapters/dynamodb/records/worker-jobs.ts';
import type { AnalysisMessage, BatchMessage } from '../../../core/contracts/messages.ts';
import type { ResultDocument } from '../../../core/contracts/result-document.ts';
import { analyzeImage } from '../../../core/domain/analysis/analyze-image.ts';
import { applyDefaults } from '../../../core/domain/analysis/apply-defaults.ts';
import { processBatchPart } from '../../../core/domain/batches/process-batch-part.ts';
import { reconcile } from '../../../core/domain/cleanup/reconcile.ts';
import { UnusableImageError } from '../../../core/domain/entities/errors.ts';
import type { Job } from '../../../core/domain/entities/job.ts';
import { ingestUpload } from '../../../core/domain/uploads/ingest-upload.ts';
import { ingestZipChunk } from '../../../core/domain/uploads/ingest-zip-chunk.ts';
import type { Archive } from '../../../core/domain/uploads/zip-entry.ts';
import { createMediaWorld, MODEL } from './media-world.ts';

/** Where a worker dies: at which of all calls that are made, before the call or with its answer. */
export interface Death {
  readonly call: number;
  readonly moment: 'before' | 'after';
}

export class KilledError extends Error {}

type Message =
  | { readonly kind: 'arrived'; readonly key: string }
  | { readonly kind: 'chunk'; readonly uploadId: string; readonly chunk: number }
  | { readonly kind: 'part'; readonly batchId: string; readonly part: number }
  | { readonly kind: 'job'; readonly jobId: string; readonly mediaId?: string | undefined };

interface Delivery {
  readonly message: Message;
  readonly receives: number;
}

/** Deliveries after which a queue gives a message up. */
const MAX_RECEIVES = 3;
/** How long a message stays hidden whose worker has died, or could not do it yet. */
const HIDDEN_MINUTES = 12;
const MINUTE_MS = 60_000;

/** Bytes whose analysis finds no image in them. */
export const POISON = 66;

/**
 * The pipeline in one process: the real use cases and records over a table, objects and queues in memory. Workers
 * die at `death`; every message comes up to three times, shuffled by `random`.
 */
export function createFaultWorld(death: Death | undefined, random: () => number) {
  const workers = new AsyncLocalStorage<{ isDead: boolean }>();
  let calls = 0;
  let clockMs = 0;

  /** One call of a worker to AWS. */
  async function call<Answer>(run: () => Answer | Promise<Answer>): Promise<Answer> {
    const worker = workers.getStore();
    if (worker === undefined) return run();
    if (worker.isDead) throw new KilledError('dead');
    calls += 1;
    if (calls !== death?.call) return run();
    worker.isDead = true;
    if (death.moment === 'after') await run();
    throw new KilledError(`killed ${death.moment} call ${death.call}`);
  }
  /** The work of one invocation of a function. @returns whether it ended by itself. */
  const live = (work: () => Promise<unknown>): Promise<boolean> =>
    workers.run({ isDead: false }, () =>
      work().then(
        () => true,
        (error: unknown) => {
          if (isKilled(error)) return false;
          throw error;
        },
      ),
    );

  const media = createMediaWorld((_, run) => call(run));
  const { table, credits } = media;
  const now = () => new Date(Date.now() + clockMs);
  const queue: Delivery[] = [];
  let hidden: (Delivery & { readonly untilMs: number })[] = [];
  const deadLetters: Message[] = [];
  const send = (messages: readonly Message[]) =>
    call(() => {
      for (const message of messages) {
        for (let copy = 0; copy <= Math.floor(random() * 3); copy += 1) queue.push({ message, receives: 0 });
      }
    });
  const archives = new Map<string, Archive>();

  const analysisQueue = {
    send: (messages: readonly AnalysisMessage[]) =>
      send(messages.map((message) => ({ ...message, kind: 'job' }))),
  };
  const batchQueue = {
    send: (messages: readonly BatchMessage[]) =>
      send(messages.flatMap((each) => ('part' in each ? [{ ...each, kind: 'part' as const }] : []))),
  };
  const batches = { ...createBatchRecords(table), ...createBatchTransactions(credits) };
  const objects = {
    put: (key: string, body: Uint8Array) => call(() => void media.objects.set(key, body)),
    get: (key: string) => call(() => media.objects.get(key) as Uint8Array),
    remove: (key: string) => call(() => void media.objects.delete(key)),
    putPieces: () => Promise.reject(new Error('There are no videos here.')),
    async *read(): AsyncIterable<Uint8Array> {},
  };
  const ports = {
    ...media.ports,
    objects,
    now,
    batches,
    analysisQueue,
    batchQueue,
    openJobLimit: media.openJobLimit,
    countOpenJobs: media.countOpenJobs,
    hasGpu: false,
    images: media.images,
    videos: media.videos,
    uploads: media.uploads,
    datasetItems: media.datasetItems,
    ledger: createLedger(table, credits),
    datasets: media.datasets,
    models: { list: async () => [{ ...MODEL, status: 'available', registeredAt: '' }] } as never,
    arrived: {
      copy: ({ key }: { key: string }, to: string) =>
        call(() => {
          const archive = archives.get(key);
          if (archive !== undefined) archives.set(to, archive);
          media.objects.set(to, media.objects.get(key) ?? new Uint8Array());
        }),
      read: ({ key }: { key: string }) => objects.get(key),
      remove: ({ key }: { key: string }) => objects.remove(key),
    },
    openArchive: (key: string) => call(() => archives.get(key) as Archive),
    zipLimits: { entries: 100, imageBytes: 1000, videoBytes: 0 },
    probeVideo: () => Promise.reject(new Error('There are no videos here.')),
    videoLimits: { frames: 1, segmentFrames: 1 },
    zipChunkQueue: {
      send: (messages: readonly { uploadId: string; chunk: number }[]) =>
        send(messages.map((each) => ({ ...each, kind: 'chunk' }))),
    },
  };
  const worker = createWorkerJobs(table, {
    leaseSeconds: 120,
    now,
    credits,
    putLargeResult: async (jobId) => jobId,
  });
  const cancel = createJobCanceler(table, { now, credits });
  const jobs = Object.assign({ cancel }, media.jobs, worker);

  const analyze = async (job: Job, _: unknown, bytes: Promise<Uint8Array>): Promise<ResultDocument> => {
    if ((await bytes)[0] === POISON) throw new UnusableImageError('damaged_image', 'It is damaged.');
    const { id, version, sha256 } = MODEL;
    return {
      image: { id: job.mediaId, sha256: '0'.repeat(64), width: 4, height: 3 },
      model: { id, version, sha256 },
      options: applyDefaults(job.options, {}),
      detections: [],
      summary: [],
      timing: { decodeMs: 0, inferMs: 0, postMs: 0 },
    };
  };
  const handle = (message: Message, isLast: boolean): Promise<unknown> => {
    const { signal } = new AbortController();
    switch (message.kind) {
      case 'arrived':
        return ingestUpload({ key: message.key, version: 'v1' }, ports as never);
      case 'chunk':
        return ingestZipChunk(message, { isLast }, { ...ports, jobs } as never);
      case 'part':
        return processBatchPart({ ...message, action: 'process' }, { ...ports, jobs } as never);
      case 'job':
        return analyzeImage(
          message,
          { lastDelivery: isLast, signal },
          {
            jobs,
            images: media.images,
            objects,
            analyze,
            segmentQueue: { send: async () => {} },
          },
        );
    }
  };

  /** Delivers all that is in the queues, in any order, until nothing is left. */
  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const [next] = queue.splice(Math.floor(random() * queue.length), 1);
      if (next === undefined) break;
      const receives = next.receives + 1;
      const isDone = await live(() => handle(next.message, receives >= MAX_RECEIVES)).catch(isLeased);
      if (isDone) continue;
      const untilMs = clockMs + HIDDEN_MINUTES * MINUTE_MS;
      if (receives < MAX_RECEIVES) hidden.push({ message: next.message, receives, untilMs });
      else deadLetters.push(next.message);
    }
  }

  const takeDead = (kind: Message['kind']) => deadLetters.filter((message) => message.kind === kind);

  /** Lets the reconciler look `minutes` later, as often as it takes to do so without dying. */
  async function reconcileIn(minutes: number): Promise<void> {
    clockMs += minutes * MINUTE_MS;
    queue.push(...hidden.filter(({ untilMs }) => untilMs <= clockMs));
    hidden = hidden.filter(({ untilMs }) => untilMs > clockMs);
    const all = {
      ...ports,
      // Nobody cleans up after workers here: they have to do so themselves.
      objects: { ...objects, list: async () => [] },
      listRecorded: async () => new Set(),
      jobs: { ...jobs, ...createStuckJobs(table), fail: createJobFailer(table, { now, credits }) },
      openBatches: createLongOpenBatches(table),
      listStalledUploads: createStalledUploads(table),
      listDeadUploads: async () =>
        takeDead('chunk').map((message) => message as { uploadId: string; chunk: number }),
      deadLetters: {
        receive: async () =>
          takeDead('job').map((message) => ({
            jobId: (message as { jobId: string }).jobId,
            remove: async () => void deadLetters.splice(deadLetters.indexOf(message), 1),
          })),
      },
      listUnannounced: async () => [],
      listDueDeliveries: async () => [],
      publish: async () => {},
      settle: async () => {},
      removeSegments: async () => {},
      deliveryQueue: { send: async () => {} },
      maxAttempts: MAX_RECEIVES,
    };
    await live(() => reconcile(now(), all as never));
    await drain();
  }

  /** A client that sends its request again, under the same key, until it is answered. */
  async function insist<Answer>(
    request: (origin: { id: string; isRepeat: boolean }) => Promise<Answer>,
  ): Promise<Answer> {
    const id = `origin ${Math.floor(random() * 1e15)}`;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      let answer: { readonly value: Answer } | undefined;
      await live(async () => {
        answer = { value: await request({ id, isRepeat: attempt > 0 }) };
      });
      if (answer !== undefined) return answer.value;
    }
    throw new Error('The client has given up.');
  }

  return {
    media,
    ports,
    archives,
    batches,
    deadLetters,
    insist,
    drain,
    reconcileIn,
    arrive: (key: string) => void queue.push({ message: { kind: 'arrived', key }, receives: 0 }),
    get calls() {
      return calls;
    },
  };
}

export type FaultWorld = ReturnType<typeof createFaultWorld>;

function isKilled(error: unknown): boolean {
  if (error instanceof KilledError) return true;
  return error instanceof Error && error.cause !== undefined && isKilled(error.cause);
}

/** A message whose job another worker holds comes again later. */
function isLeased(error: unknown): boolean {
  if (error instanceof Error && error.name === 'JobLeasedError') return false;
  throw error;
}
