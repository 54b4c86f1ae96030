import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const WORKERS = 2;
const RUNS = 60;
const WARM_UP = 10;

/** Nothing but `session.run`, in two workers of one thread each. */
export interface BareRate {
  readonly perSecond: number;
  /** Processor milliseconds of one run. */
  readonly cpuMs: number;
}

export async function measureBare(modelPath: string): Promise<BareRate> {
  const workers = Array.from(
    { length: WORKERS },
    () => new Worker(new URL('../vision/bare-worker.ts', import.meta.url), { workerData: { modelPath } }),
  );
  let ran = 0;
  let startedAt = 0;
  let cpuBefore = process.cpuUsage();
  const measured = await new Promise<BareRate>((resolve, reject) => {
    const tick = () => {
      ran += 1;
      if (ran === WARM_UP) {
        startedAt = performance.now();
        cpuBefore = process.cpuUsage();
      }
      if (ran !== WARM_UP + RUNS) return;
      const { user, system } = process.cpuUsage(cpuBefore);
      const seconds = (performance.now() - startedAt) / 1000;
      resolve({ perSecond: RUNS / seconds, cpuMs: (user + system) / 1000 / RUNS });
    };
    for (const worker of workers) worker.on('message', tick).once('error', reject);
  });
  const exited = workers.map((worker) => once(worker, 'exit'));
  for (const worker of workers) worker.postMessage('stop');
  await Promise.all(exited);
  return measured;
}
