import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const WORKERS = 2;
const RUNS = 60;
const WARM_UP = 10;

/** @returns runs a second of nothing but `session.run`, in two workers of one thread each. */
export async function measureBare(modelPath: string): Promise<number> {
  const workers = Array.from(
    { length: WORKERS },
    () => new Worker(new URL('../vision/bare-worker.ts', import.meta.url), { workerData: { modelPath } }),
  );
  let ran = 0;
  let startedAt = 0;
  const measured = await new Promise<number>((resolve, reject) => {
    const tick = () => {
      ran += 1;
      if (ran === WARM_UP) startedAt = performance.now();
      if (ran === WARM_UP + RUNS) resolve(RUNS / ((performance.now() - startedAt) / 1000));
    };
    for (const worker of workers) worker.on('message', tick).once('error', reject);
  });
  const exited = workers.map((worker) => once(worker, 'exit'));
  for (const worker of workers) worker.postMessage('stop');
  await Promise.all(exited);
  return measured;
}
