import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { median } from './measure.ts';
import { type Photographs, sharedModel } from './photographs.ts';
import type { Measurement } from './report.ts';

const SEGMENTRY = fileURLToPath(new URL('../../cli/segmentry.mjs', import.meta.url));
const PHOTOGRAPHS = 150;
/** Starting and loading are no rate. */
const WARMUP = 30;
const ROUNDS = 5;

/** A folder through `segmentry detect`, against bare sessions in as many workers. */
export async function measureFolderRate({ ordinary }: Photographs, folder: string): Promise<Measurement[]> {
  const input = join(folder, 'many');
  mkdirSync(input, { recursive: true });
  for (let index = 0; index < PHOTOGRAPHS; index++) {
    const name = `${String(index).padStart(3, '0')}.jpg`;
    copyFileSync(ordinary[index % ordinary.length] as string, join(input, name));
  }
  const rates: [bare: number, detect: number][] = [];
  for (let round = 0; round < ROUNDS; round++) rates.push([await rateOfBare(), await rateOfDetect(input)]);
  return [
    {
      name: `a folder of 640 x 480, ${availableParallelism()} workers: rate / bare session.run`,
      value: median(rates.map(([bare, detect]) => detect / bare)),
      unit: '×',
      target: { atLeast: 0.92 },
      detail: `${median(rates.map(([, detect]) => detect)).toFixed(1)} against ${median(rates.map(([bare]) => bare)).toFixed(1)} a second, ${ROUNDS} rounds of ${PHOTOGRAPHS} in turn`,
    },
  ];
}

/** Events a second after the warm-up. */
function createRate(end: (rate: number) => void): () => void {
  let count = 0;
  let startedAt = 0;
  return () => {
    count++;
    if (count === WARMUP) startedAt = performance.now();
    if (count === PHOTOGRAPHS) end((PHOTOGRAPHS - WARMUP) / ((performance.now() - startedAt) / 1000));
  };
}

async function rateOfBare(): Promise<number> {
  const workerData = { modelPath: sharedModel('yolov8n-seg.onnx') };
  const workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(new URL('./bare-worker.ts', import.meta.url), { workerData }),
  );
  const rate = await new Promise<number>((resolve, reject) => {
    const tick = createRate(resolve);
    for (const worker of workers) worker.on('message', tick).once('error', reject);
  });
  const exited = workers.map((worker) => once(worker, 'exit'));
  for (const worker of workers) worker.postMessage('stop');
  await Promise.all(exited);
  return rate;
}

function rateOfDetect(folder: string): Promise<number> {
  const args = [SEGMENTRY, 'detect', folder, '--json', '--model', sharedModel('yolov8n-seg.onnx')];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let rate = 0;
    const tick = createRate((measured) => {
      rate = measured;
    });
    child.stdout.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf('\n'); at !== -1; at = chunk.indexOf('\n', at + 1)) tick();
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(rate) : reject(new Error(`detect exited with ${code}`)),
    );
  });
}
