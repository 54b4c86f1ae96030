import { createWorkerJobs } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { prepareBatchModel } from '../../core/adapters/onnx/batch-model.ts';
import { createSession } from '../../core/adapters/onnx/create-session.ts';
import { createImageDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import type { ExecutionProvider } from '../../core/contracts/device.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { inferImage } from '../../core/domain/analysis/infer-image.ts';
import { uploadImage } from '../../core/domain/media/upload-image.ts';
import { runQueueTask } from '../../core/runtime/queue-task.ts';
import { createHandler } from '../../lambdas/analyze-image/handler.ts';
import { createWork, type TaskPorts } from '../../lambdas/analyze-image/work.ts';
import { MemoryQueue } from '../../test/helpers/memory-queue.ts';
import { createMediaWorld, MODEL, OPTIONS } from '../../test/helpers/memory-table/media-world.ts';
import { silentTelemetry } from '../../test/helpers/silent-telemetry.ts';

export interface WorkerSettings {
  readonly weights: Uint8Array;
  readonly manifest: ModelManifest;
  readonly provider: ExecutionProvider;
  readonly threads: number;
  readonly batchSize: number;
}

const LEASE_SECONDS = 600;
const telemetry = silentTelemetry();

/** The table, the bucket and the queue in memory, everything else as it is: what is timed is the worker's own work. */
export async function openWorkerWorld(settings: WorkerSettings) {
  const { weights, manifest, batchSize, ...options } = settings;
  const world = createMediaWorld();
  const queue = new MemoryQueue();
  const model = await prepareBatchModel(() => createSession({ bytes: weights }, options), manifest, {
    size: batchSize,
    waitMs: 10,
    isPadded: settings.provider === 'cuda',
  });
  const decodeImage = createImageDecoder({ limitPixels: 50_000_000 });
  const ports = {
    jobs: createWorkerJobs(world.table, {
      leaseSeconds: LEASE_SECONDS,
      now: () => new Date(),
      credits: world.credits,
      putLargeResult: async (id: string) => id,
    }),
    images: world.images,
    objects: {
      get: async (key: string) => world.objects.get(key) ?? new Uint8Array(),
      remove: async (key: string) => void world.objects.delete(key),
    },
    segmentQueue: { send: async () => {} },
    analyze: (async (job, image, bytes) =>
      inferImage(
        { bytes: await bytes, image: { id: image.id, sha256: image.sha256 }, options: job.options },
        { decodeImage, encodeLabelMap, model },
      )) satisfies TaskPorts['analyze'],
    maxReceives: 5,
    timeoutSeconds: LEASE_SECONDS,
    leaseSeconds: LEASE_SECONDS,
  };

  async function submit(images: readonly Uint8Array[]): Promise<void> {
    for (const bytes of images) {
      await uploadImage(
        { bytes, filename: 'a.jpg', models: [MODEL.id], keep: 'original', options: OPTIONS },
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
          openJobLimit: 1_000_000,
          hasGpu: true,
          analysisQueue: {
            send: async (messages) => {
              for (const { device: _, ...body } of messages) queue.send(JSON.stringify(body));
            },
          },
        },
      );
    }
  }

  return {
    /** By the task, until the queue is empty. @returns milliseconds. */
    async runTask(images: readonly Uint8Array[]): Promise<number> {
      await submit(images);
      const stop = new AbortController();
      const startedAt = performance.now();
      const done = runQueueTask(
        { source: queue, work: createWork(ports, telemetry), protect: async () => {} },
        { concurrency: 2 * batchSize, leaseSeconds: LEASE_SECONDS, graceSeconds: 60 },
        { stop: stop.signal, telemetry },
      );
      while (queue.left.length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
      const tookMs = performance.now() - startedAt;
      stop.abort();
      await done;
      return tookMs;
    },
    /** By the function's handler, a message an event, as Lambda calls it. @returns milliseconds. */
    async runHandler(images: readonly Uint8Array[]): Promise<number> {
      await submit(images);
      const handler = createHandler(ports, telemetry);
      const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => LEASE_SECONDS * 1000 };
      const startedAt = performance.now();
      while (queue.left.length > 0) {
        for (const message of await queue.receive(1, LEASE_SECONDS)) {
          const record = {
            messageId: message.receipt,
            body: message.body,
            attributes: { ApproximateReceiveCount: String(message.receives) },
            eventSource: 'aws:sqs',
          };
          const answer = (await handler({ Records: [record] } as never, context as never)) as {
            batchItemFailures: unknown[];
          };
          if (answer.batchItemFailures.length > 0) throw new Error('The handler failed.');
          await queue.remove(message);
        }
      }
      return performance.now() - startedAt;
    },
    close: () => model.release(),
  };
}
