import { parentPort, workerData } from 'node:worker_threads';
import { openBenchModel } from './bench-model.ts';

/** Runs a bare session again and again until it is told to stop. */
const { modelPath } = workerData as { modelPath: string };
const model = await openBenchModel(modelPath, 1);
let stopped = false;
parentPort?.once('message', () => {
  stopped = true;
});
while (!stopped) {
  await model.runBare();
  parentPort?.postMessage('ran');
}
