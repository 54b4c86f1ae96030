import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PhotoOutcome, PhotoTask, Stop, WorkerMessage, WorkerSetup } from './messages.ts';

/**
 * Photographs a worker has at once: one is inferred, the next decoded, and another's header read. Each of
 * these steps needs a turn of the worker's event loop, which inference holds up.
 */
const IN_FLIGHT = 4;

/**
 * Analyses photographs in several workers, each with a session of its own, and gives what became of them in
 * the order they were given, each as soon as those before it are there.
 */
export async function* analyzePhotos(
  tasks: readonly PhotoTask[],
  setup: WorkerSetup,
  workerCount: number,
): AsyncGenerator<PhotoOutcome> {
  const arrived = new Map<number, PhotoOutcome>();
  let wake = () => {};
  let failure: unknown;
  let next = 0;
  const workers = Array.from({ length: workerCount }, () => startWorker(setup));

  for (const worker of workers) {
    const feed = () => {
      const task = tasks[next];
      if (task === undefined) return;
      next++;
      worker.postMessage(task);
    };
    worker.on('message', (message: WorkerMessage) => {
      if ('ready' in message) {
        for (let i = 0; i < IN_FLIGHT; i++) feed();
        return;
      }
      arrived.set(message.index, message);
      feed();
      wake();
    });
    worker.once('error', (error) => {
      failure = error;
      wake();
    });
  }

  try {
    for (let index = 0; index < tasks.length; index++) {
      while (!arrived.has(index)) {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      yield arrived.get(index) as PhotoOutcome;
      arrived.delete(index);
    }
  } finally {
    await Promise.all(workers.map(stopWorker));
  }
}

function startWorker(setup: WorkerSetup): Worker {
  return new Worker(new URL('./analysis-worker.ts', import.meta.url), { workerData: setup });
}

async function stopWorker(worker: Worker): Promise<void> {
  if (worker.threadId === -1) return;
  const exited = once(worker, 'exit');
  worker.postMessage({ stop: true } satisfies Stop);
  await exited;
}
