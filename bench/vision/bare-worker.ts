import { parentPort, workerData } from 'node:worker_threads';
import { openBenchModel } from './bench-model.ts';

/** Runs a bare session again and again until its thread is ended. */
const { modelPath } = workerData as { modelPath: string };
const model = await openBenchModel(modelPath, 1);
for (;;) {
  await model.runBare();
  parentPort?.postMessage('ran');
}
