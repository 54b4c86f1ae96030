import { readFileSync } from 'node:fs';
import type { ExecutionProvider } from '../../core/contracts/device.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { createNumberedPhotographs } from './numbered-photographs.ts';
import { openWorkerWorld } from './worker-world.ts';

/** What one process of a task is to do, as its only argument. */
export interface TaskProcessSettings {
  readonly path: string;
  readonly manifest: ModelManifest;
  readonly provider: ExecutionProvider;
  readonly batchSize: number;
  readonly images: number;
}

const { path, images, ...settings }: TaskProcessSettings = JSON.parse(process.argv[2] ?? '{}');
const nextImages = createNumberedPhotographs(images);
const world = await openWorkerWorld({ ...settings, weights: readFileSync(path), threads: 1 });
await world.runTask(await nextImages());
const next = await nextImages();
/** Processes begin together, once all are warm. */
process.once('message', async () => {
  await world.runTask(next);
  process.send?.('done');
  await world.close();
  process.disconnect();
});
process.send?.('ready');
