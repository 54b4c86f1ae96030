import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBenchModel } from '../vision/bench-model.ts';
import { sharedModel } from '../vision/photographs.ts';

/**
 * A worker that holds as many messages at a time as it is told: what waits for AWS and what decodes of one goes on while the model
 * runs over another, which takes turns.
 */
const [held, waitMs, images, ...paths] = process.argv.slice(2);
const photographs = paths.map((path) => readFileSync(path));
const model = await openBenchModel(sharedModel('yolov8n-seg.onnx'), 1);
let left = 0;

async function hold(): Promise<void> {
  while (left > 0) {
    left -= 1;
    // Three calls before: the claim's two, the image; one after: the end.
    await sleep((Number(waitMs) * 3) / 4);
    await model.analyze(photographs[left % photographs.length] as Buffer);
    await sleep(Number(waitMs) / 4);
  }
}

async function work(count: number): Promise<{ perSecond: number; cpuMs: number }> {
  left = count;
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: Number(held) }, hold));
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: count / ((performance.now() - startedAt) / 1000),
    cpuMs: (user + system) / 1000 / count,
  };
}

await work(8);
console.log(JSON.stringify(await work(Number(images))));
await model.release();
