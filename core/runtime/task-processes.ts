import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSteadyProtection } from './steady-protection.ts';
import type { Telemetry } from './telemetry.ts';

export interface TaskProcessesOptions {
  /** Processes that work side by side. */
  readonly count: number;
  /** Has the task be left alone while one of them is busy. */
  readonly protect: (isBusy: boolean) => Promise<void>;
}

/** What a process tells the one that has started it: at first that it is ready, then whenever that changes. */
interface Report {
  readonly isBusy: boolean;
}

/** Before a process takes the place of one that has died. */
const REST_MS = 1000;
/** Processes in a row that ended before they were ready. One alone may have been killed for its memory, or by hand. */
const VAIN_STARTS_AT_MOST = 3;

/** Says in a process of a task whether it is busy. */
export async function reportBusy(isBusy: boolean): Promise<void> {
  process.send?.({ isBusy } satisfies Report);
}

/**
 * Runs the program that calls it again in processes of its own, since JavaScript computes on one processor. Each takes
 * messages for itself; one that dies is replaced, and what it had comes again when its leases are over.
 * @returns once all have ended after `stop`, of which they are told by SIGTERM.
 * @throws where none of the last few was ready before it ended: what ails them would ail the next.
 */
export async function runTaskProcesses(
  { count, protect }: TaskProcessesOptions,
  { stop, telemetry: { logger } }: { readonly stop: AbortSignal; readonly telemetry: Telemetry },
): Promise<void> {
  const busy = new Set<Worker>();
  let vainStarts = 0;
  const setProtected = createSteadyProtection(protect, (error) =>
    logger.warn('ECS was not told whether to wait', { error: error as Error }),
  );

  /** @returns whether it was ready before it ended. */
  async function runOne(): Promise<{ wasReady: boolean; code: number; signal: string }> {
    const worker = cluster.fork();
    const end = () => worker.process.kill('SIGTERM');
    stop.addEventListener('abort', end, { once: true });
    let wasReady = false;
    worker.on('message', ({ isBusy }: Report) => {
      if (!wasReady) vainStarts = 0;
      wasReady = true;
      if (isBusy) busy.add(worker);
      else busy.delete(worker);
      void setProtected(busy.size > 0);
    });
    const [code, signal] = await once(worker, 'exit');
    stop.removeEventListener('abort', end);
    busy.delete(worker);
    void setProtected(busy.size > 0);
    return { wasReady, code, signal };
  }

  async function keepOneRunning(): Promise<void> {
    while (!stop.aborted) {
      const { wasReady, ...how } = await runOne();
      if (stop.aborted) return;
      if (!wasReady) vainStarts += 1;
      if (vainStarts >= VAIN_STARTS_AT_MOST) {
        throw new Error(
          `A process of the task could not start (${JSON.stringify(how)}), nor could the ${VAIN_STARTS_AT_MOST - 1} before it; their log lines say why.`,
        );
      }
      logger.error('A process of the task has died; another takes its place', { wasReady, ...how });
      await sleep(REST_MS);
    }
  }

  await Promise.all(Array.from({ length: count }, keepOneRunning));
  await setProtected(false);
}
