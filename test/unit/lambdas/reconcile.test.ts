import { afterEach, expect, it, vi } from 'vitest';
import { countMessages, queueNameOf } from '../../../core/adapters/sqs/count-messages.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';
import { createHandler } from '../../../lambdas/reconcile/handler.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Runs the function on a table in which everything is as it should be. @returns the metrics that it prints. */
async function runWith(count: () => Promise<number>) {
  const printed: Record<string, unknown>[] = [];
  // Metrics have a console of their own but for this.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(JSON.parse(line)));
  const telemetry = createTelemetry('reconcile');
  telemetry.logger.setLogLevel('SILENT');
  const none = async () => [];
  const ports = {
    jobs: { listQueuedLong: none, listOverrun: none, findAll: none },
    deadLetters: { receive: none },
    openBatches: { listLong: none },
    listDeadUploads: none,
    listStalledUploads: none,
    listUnannounced: none,
    listDueDeliveries: none,
    listRecorded: none,
    objects: { list: none, listPage: async () => ({ keys: [], objects: [] }) },
    gpuQueue: { name: 'gpu-jobs', count },
  };
  const handler = createHandler(ports as never, telemetry);
  await handler({ time: '2026-01-01T00:07:00Z' }, {} as never).catch(() => {});
  return printed;
}

it('publishes how many jobs wait for a GPU or run on one, for that queue', async () => {
  const printed = await runWith(async () => 7);
  expect(printed).toMatchObject([
    {
      _aws: { CloudWatchMetrics: [{ Namespace: 'Segmentry', Dimensions: [['service', 'queue']] }] },
      service: 'reconcile',
      queue: 'gpu-jobs',
      GpuMessages: 7,
    },
  ]);
});

it('says nothing where the queue cannot be counted: tasks stay as they are', async () => {
  expect(await runWith(() => Promise.reject(new Error('throttled')))).toEqual([]);
});

it('counts what waits, what is in work and what is delayed', async () => {
  const Attributes = {
    ApproximateNumberOfMessages: '3',
    ApproximateNumberOfMessagesNotVisible: '2',
    ApproximateNumberOfMessagesDelayed: '1',
  };
  expect(await countMessages({ send: async () => ({ Attributes }) } as never, 'https://sqs/1/jobs')).toBe(6);
  expect(queueNameOf('https://sqs.eu-west-1.amazonaws.com/123456789012/Gpu-Jobs')).toBe('Gpu-Jobs');
});
