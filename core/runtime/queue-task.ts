import { setTimeout as sleep } from 'node:timers/promises';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { QueueMessage } from '../domain/entities/queue-message.ts';
import { type HeldMessage, hiddenFor, holdMessage, type Lease, type MessageSource } from './held-message.ts';
import { createSteadyProtection } from './steady-protection.ts';
import type { Telemetry } from './telemetry.ts';

export interface QueueTaskPorts {
  readonly source: MessageSource;
  /**
   * Does what a message asks for; what it takes for that, it gives to `hold`.
   * @throws RetryLaterError to say when it is to be delivered again.
   */
  readonly work: (message: QueueMessage, hold: (lease: Lease) => void) => Promise<void>;
  /** Has the task be left alone while it is busy. */
  readonly protect: (isBusy: boolean) => Promise<void>;
}

export interface QueueTaskOptions {
  /** Messages that are worked on at a time. */
  readonly concurrency: number;
  /** How long a message, and what its work has taken, stay the task's without another beat. */
  readonly leaseSeconds: number;
  /** How long after `stop` what has begun may take. */
  readonly graceSeconds: number;
}

/** Work on a message can't be done now. */
export class RetryLaterError extends Error {
  readonly seconds: number;

  constructor(seconds: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RetryLaterError';
    this.seconds = seconds;
  }
}

/** How long a message rests after work on it has failed. */
const RETRY_SECONDS = 10;
/** How long the queue rests where it can't be asked. */
const REST_MS = 1000;

/**
 * Works on the messages of a queue until `stop`; then finishes what has begun, as long as there is time, and gives the
 * rest back. A message that comes again may have killed its worker: it is worked on alone, and costs no other its tries.
 */
export async function runQueueTask(
  ports: QueueTaskPorts,
  options: QueueTaskOptions,
  { stop, telemetry }: { readonly stop: AbortSignal; readonly telemetry: Telemetry },
): Promise<void> {
  const { concurrency, leaseSeconds, graceSeconds } = options;
  const { held, running, take, until, warn, setProtected } = createDesk(ports, options, { stop, telemetry });
  while (!stop.aborted) {
    await until(() => running.size < concurrency || stop.aborted);
    if (stop.aborted) break;
    const messages = await ports.source
      .receive(concurrency - running.size, hiddenFor(leaseSeconds))
      .catch(async (error: unknown): Promise<QueueMessage[]> => {
        warn('The queue could not be asked')(error);
        await sleep(REST_MS);
        return [];
      });
    await setProtected(messages.length > 0 || running.size > 0);
    await take(messages);
  }
  const deadline = Date.now() + graceSeconds * 1000;
  await until(() => running.size === 0 || Date.now() >= deadline);
  await Promise.all([...held].map((one) => one.giveBack(0).catch(warn('A message was not given back'))));
  await setProtected(false);
}

/** The messages that a task has, and those of them that it works on. */
function createDesk(
  { source, work, protect }: QueueTaskPorts,
  { leaseSeconds }: QueueTaskOptions,
  { stop, telemetry: { logger, metrics } }: { readonly stop: AbortSignal; readonly telemetry: Telemetry },
) {
  const held = new Set<HeldMessage>();
  const running = new Set<HeldMessage>();
  const { wake, until } = createWaiter();
  stop.addEventListener('abort', wake, { once: true });
  const warn = (what: string) => (error: unknown) => logger.warn(what, { error: error as Error });
  const setProtected = createSteadyProtection(protect, warn('ECS was not told whether to wait'));

  async function run(one: HeldMessage): Promise<void> {
    running.add(one);
    try {
      await work(one.message, one.hold);
      await one.remove();
      metrics.addMetric('RecordsDone', MetricUnit.Count, 1);
    } catch (error) {
      logger.error('A record failed and will be delivered again', { error: error as Error });
      metrics.addMetric('RecordsFailed', MetricUnit.Count, 1);
      const seconds = error instanceof RetryLaterError ? error.seconds : RETRY_SECONDS;
      await one.giveBack(seconds).catch(warn('A message was not given back'));
    }
    metrics.publishStoredMetrics();
    held.delete(one);
    running.delete(one);
    wake();
  }

  async function take(messages: readonly QueueMessage[]): Promise<void> {
    const onBeat = () => void setProtected(true);
    const onFault = warn('A heartbeat was missed');
    const taken = messages.map((message) => holdMessage(message, source, { leaseSeconds, onBeat, onFault }));
    for (const one of taken) held.add(one);
    const isRepeat = ({ message }: HeldMessage) => message.receives > 1;
    if (!stop.aborted) for (const one of taken.filter((each) => !isRepeat(each))) void run(one);
    for (const one of taken.filter(isRepeat)) {
      await until(() => running.size === 0 || stop.aborted);
      if (stop.aborted) return;
      void run(one);
      await until(() => running.size === 0 || stop.aborted);
    }
  }

  return { held, running, take, until, warn, setProtected };
}

/** Waits for what may have changed whenever `wake` is called, and looks every second besides. */
function createWaiter() {
  let wake = () => {};
  return {
    wake: () => wake(),
    async until(isSo: () => boolean): Promise<void> {
      while (!isSo()) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, REST_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
  };
}
