import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { QueueMessage } from '../../../core/domain/entities/queue-message.ts';
import type { Lease } from '../../../core/runtime/held-message.ts';
import { type QueueTaskOptions, RetryLaterError, runQueueTask } from '../../../core/runtime/queue-task.ts';
import { MemoryQueue } from '../../helpers/memory-queue.ts';
import { silentTelemetry } from '../../helpers/silent-telemetry.ts';

type Work = (message: QueueMessage, hold: (lease: Lease) => void) => Promise<void>;

const telemetry = silentTelemetry();

let stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});

/** A task that runs; `stop` is its SIGTERM. */
function startTask(queue: MemoryQueue, work: Work, options: Partial<QueueTaskOptions> = {}) {
  const stop = new AbortController();
  const told: boolean[] = [];
  const done = runQueueTask(
    { source: queue, work, protect: async (isBusy) => void told.push(isBusy) },
    { concurrency: 4, leaseSeconds: 60, graceSeconds: 5, ...options },
    { stop: stop.signal, telemetry },
  );
  const end = () => {
    stop.abort();
    return done;
  };
  stops.push(end);
  return { told, stop: end, abort: () => stop.abort(), done };
}

const newQueue = (...bodies: string[]) => {
  const queue = new MemoryQueue();
  for (const body of bodies) queue.send(body);
  return queue;
};

/** Work that goes on until it is let go. */
function createGate() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work: Work = async ({ body }) => {
    begun.push(body);
    await new Promise<void>((resolve) => ends.push(resolve));
  };
  return { begun, work, open: () => ends.splice(0).forEach((end) => void end()) };
}

it('works on as many messages at a time as it may, and removes what is done', async () => {
  const queue = newQueue('a', 'b', 'c', 'd', 'e', 'f');
  const { begun, work, open } = createGate();
  startTask(queue, work);
  await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'c', 'd']));
  await sleep(50);
  expect(begun).toHaveLength(4);
  open();
  await vi.waitFor(() => expect(begun).toHaveLength(6));
  open();
  await vi.waitFor(() => expect(queue.left).toEqual([]));
});

it('is left alone by ECS while it is busy, and not after', async () => {
  const queue = newQueue('a');
  const { begun, work, open } = createGate();
  const { told } = startTask(queue, work);
  await vi.waitFor(() => expect(begun).toEqual(['a']));
  expect(told).toEqual([true]);
  open();
  await vi.waitFor(() => expect(told).toEqual([true, false]));
});

it('asks for it again before it ends, as long as there is work, however short each piece is', async () => {
  const queue = newQueue('a', 'b');
  const real = Date.now;
  let aheadMs = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + aheadMs);
  const { begun, work, open } = createGate();
  const { told } = startTask(queue, work, { concurrency: 1 });
  await vi.waitFor(() => expect(begun).toEqual(['a']));
  aheadMs = 61_000;
  open();
  await vi.waitFor(() => expect(begun).toEqual(['a', 'b']));
  expect(told).toEqual([true, true]);
  open();
});

it('goes on where ECS can not be told, or the queue not be asked', async () => {
  const queue = newQueue('a');
  let asked = 0;
  const stop = new AbortController();
  const done = runQueueTask(
    {
      source: {
        async receive(most, seconds) {
          asked += 1;
          if (asked === 1) throw new Error('throttled');
          return queue.receive(most, seconds);
        },
        hide: (message, seconds) => queue.hide(message, seconds),
        remove: (message) => queue.remove(message),
      },
      work: async () => {},
      protect: () => Promise.reject(new Error('no agent')),
    },
    { concurrency: 1, leaseSeconds: 60, graceSeconds: 1 },
    { stop: stop.signal, telemetry },
  );
  await vi.waitFor(() => expect(queue.left).toEqual([]), { timeout: 5000 });
  stop.abort();
  await done;
});

describe('told to stop', () => {
  it('finishes what has begun, and takes nothing more', async () => {
    const queue = newQueue('a', 'b');
    const { begun, work, open } = createGate();
    const task = startTask(queue, work, { concurrency: 1 });
    await vi.waitFor(() => expect(begun).toEqual(['a']));
    task.abort();
    queue.send('c');
    await sleep(50);
    open();
    await task.done;
    expect(begun).toEqual(['a']);
    expect(queue.left).toEqual(['b', 'c']);
  });

  it('gives back at once what has not begun', async () => {
    const queue = newQueue('a', 'b', 'c');
    // They come again, and are worked on one by one.
    for (const message of await queue.receive(3, 60)) await queue.hide(message, 0);
    const { begun, work, open } = createGate();
    const task = startTask(queue, work);
    await vi.waitFor(() => expect(begun).toEqual(['a']));
    task.abort();
    open();
    await task.done;
    expect(begun).toEqual(['a']);
    expect(queue.visible).toEqual(['b', 'c']);
  });

  it('gives back what is not done in time, with what its work had taken', async () => {
    const queue = newQueue('a');
    const extended: number[] = [];
    const { begun, work, open } = createGate();
    const holding: Work = (message, hold) => {
      hold({ extend: async (seconds) => extended.push(seconds) > 0 });
      return work(message, hold);
    };
    const task = startTask(queue, holding, { graceSeconds: 0.05 });
    await vi.waitFor(() => expect(begun).toEqual(['a']));
    expect(queue.visible).toEqual([]);
    await task.stop();
    expect(extended).toEqual([0]);
    expect(queue.visible).toEqual(['a']);
    open();
  });
});

describe('its heartbeat', () => {
  it('keeps a slow message hidden, and what its work has taken, longer than one lease', async () => {
    const queue = newQueue('slow');
    const extended: number[] = [];
    const { work, open } = createGate();
    startTask(
      queue,
      (message, hold) => {
        hold({ extend: async (seconds) => extended.push(seconds) > 0 });
        return work(message, hold);
      },
      { leaseSeconds: 0.06 },
    );
    await vi.waitFor(() => expect(extended.length).toBeGreaterThan(5));
    expect(new Set(extended)).toEqual(new Set([0.06]));
    expect(queue.visible).toEqual([]);
    open();
  });

  it('ends where somebody else has the lease', async () => {
    const queue = newQueue('a');
    let beats = 0;
    const { work, open } = createGate();
    startTask(
      queue,
      (message, hold) => {
        hold({
          async extend() {
            beats += 1;
            return false;
          },
        });
        return work(message, hold);
      },
      { leaseSeconds: 0.3, graceSeconds: 0.05 },
    );
    await vi.waitFor(() => expect(beats).toBe(1));
    await sleep(150);
    expect(beats).toBe(1);
    open();
  });
});

describe('a message whose work fails', () => {
  it('is left to the queue, without what it had taken', async () => {
    const queue = newQueue('a');
    const extended: number[] = [];
    startTask(queue, async (_, hold) => {
      hold({ extend: async (seconds) => extended.push(seconds) > 0 });
      throw new Error('the table is away');
    });
    await vi.waitFor(() => expect(extended).toEqual([0]));
    expect(queue.left).toEqual(['a']);
    expect(queue.visible).toEqual([]);
  });

  it('comes again when its work says so, and alone', async () => {
    const queue = newQueue('a', 'b');
    const together: number[] = [];
    const seen: QueueMessage[] = [];
    let running = 0;
    startTask(queue, async (message) => {
      running += 1;
      seen.push(message);
      await sleep(20);
      if (message.receives > 1) together.push(running);
      running -= 1;
      if (message.receives < 3) throw new RetryLaterError(0, 'not yet');
    });
    await vi.waitFor(() => expect(queue.left).toEqual([]), { timeout: 5000 });
    expect(seen).toHaveLength(6);
    expect(new Set(together)).toEqual(new Set([1]));
  });
});
