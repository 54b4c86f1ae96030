import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { takesBatches } from '../../core/adapters/onnx/batch-model.ts';
import { createSession } from '../../core/adapters/onnx/create-session.ts';
import { describeModel } from '../../core/adapters/onnx/describe-model.ts';
import { createInput } from '../../core/adapters/onnx/float-tensors.ts';
import { tryProvider } from '../../core/adapters/onnx/try-provider.ts';
import type { ExecutionProvider } from '../../core/contracts/device.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { makeImage } from '../../test/helpers/make-image.ts';
import { readSize } from '../read-size.ts';
import { median } from '../vision/measure.ts';
import { sharedModel } from '../vision/photographs.ts';
import { describeMachine, describeMeasurement, isReached, type Measurement } from '../vision/report.ts';
import { openWorkerWorld } from './worker-world.ts';

/**
 * `npm run bench:gpu [-- --images 40 --rounds 5 --batch 8]`: the GPU stack's task on whatever is here, CUDA or the processor:
 * against the function's handler, against a bare session, and batches against one by one. A model with a batch axis is taken from
 * `--model FILE.onnx`, else from the test data.
 */
const IMAGES = readSize('images', 40);
const ROUNDS = readSize('rounds', 5);
const BATCH = readSize('batch', 8);
const THREADS = 2;
const TABLE = fileURLToPath(new URL('../results/gpu.md', import.meta.url));
const FIGURES = fileURLToPath(new URL('../results/gpu.json', import.meta.url));

const given = process.argv.indexOf('--model');
const path = given === -1 ? sharedModel('yolov8n_dynamic.onnx') : (process.argv[given + 1] ?? '');
if (!existsSync(path)) {
  console.error('Give a model with a batch axis: npm run bench:gpu -- --model FILE.onnx');
  process.exit(1);
}
const weights = readFileSync(path);
const manifest: ModelManifest = await describeModel(weights, { id: 'bench', version: '1' });
const reason = await tryProvider('cuda');
const provider: ExecutionProvider = reason === undefined ? 'cuda' : 'cpu';
const loadBefore = loadavg()[0] ?? 0;

/** Milliseconds an image of a bare `session.run`, its input ready, `count` images at a time. */
async function openBare(count: number) {
  const session = await createSession({ bytes: weights }, { threads: THREADS, provider });
  if (count > 1 && !takesBatches(session)) throw new Error(`${path} has no batch axis.`);
  const input = createInput(session, manifest.inputSize, count);
  input.values.fill(0.4);
  const runs = Math.ceil(IMAGES / count);
  return {
    async run(): Promise<number> {
      const startedAt = performance.now();
      for (let run = 0; run < runs; run += 1) await session.run(input.feeds());
      return (performance.now() - startedAt) / (runs * count);
    },
    release: () => session.release(),
  };
}

const worker = { weights, manifest, provider, threads: THREADS };
let number = 0;
const newImages = () => Promise.all(Array.from({ length: IMAGES }, () => makeImage(++number, 640)));

/** What is compared runs in turn, round by round, so that whatever else the machine does hits all alike. */
const alone = await openBare(1);
const together = await openBare(BATCH);
const times = { alone: [], together: [], handler: [], task: [], taskAlone: [] } as Record<string, number[]>;
for (let round = 0; round <= ROUNDS; round += 1) {
  const lap = {
    alone: await alone.run(),
    together: await together.run(),
    handler: await timed(1, 'runHandler'),
    taskAlone: await timed(1, 'runTask'),
    task: await timed(BATCH, 'runTask'),
  };
  // The first warms up.
  if (round > 0) for (const [name, ms] of Object.entries(lap)) times[name]?.push(ms);
}
await alone.release();
await together.release();

async function timed(batchSize: number, by: 'runHandler' | 'runTask'): Promise<number> {
  const world = await openWorkerWorld({ ...worker, batchSize });
  await world[by](await newImages());
  const ms = (await world[by](await newImages())) / IMAGES;
  await world.close();
  return ms;
}

const of = (name: string) => times[name] ?? [];
const ratio = (first: string, second: string) =>
  median(of(first).map((ms, round) => ms / (of(second)[round] ?? Number.NaN)));
const both = (first: string, second: string) =>
  `${median(of(first)).toFixed(1)} to ${median(of(second)).toFixed(1)} ms an image`;
const best = ratio('task', 'taskAlone') < 1 ? 'task' : 'taskAlone';

const measurements: Measurement[] = [
  {
    name: `session.run of ${BATCH} images, of one`,
    value: ratio('alone', 'together'),
    unit: '× as fast',
    detail: both('together', 'alone'),
  },
  {
    name: `the task with batches of ${BATCH}, one by one`,
    value: ratio('taskAlone', 'task'),
    unit: '× as fast',
    detail: both('task', 'taskAlone'),
  },
  {
    name: 'the task, the function’s handler: time an image',
    value: ratio(best, 'handler'),
    unit: '×',
    ...(provider === 'cpu' && { target: { atMost: 1 } }),
    detail: both(best, 'handler'),
  },
  {
    name: 'the task, bare session.run of the same size: images a second',
    value: ratio(best === 'task' ? 'together' : 'alone', best),
    unit: '×',
    target: { atLeast: 0.8 },
    detail: both(best, best === 'task' ? 'together' : 'alone'),
  },
];

writeFileSync(
  TABLE,
  [
    '# The task of the GPU stack',
    '',
    `Written by \`npm run bench:gpu\`: ${IMAGES} JPEGs of 640 x 640, ${ROUNDS} rounds, ${path.slice(path.lastIndexOf('/') + 1)}, ${THREADS} threads. Table,`,
    'bucket and queue are in memory; decoding, post-processing and records are all there. Medians of the rounds’ ratios.',
    '',
    `It ran with onnxruntime’s provider \`${provider}\`${reason === undefined ? '' : `: there is no CUDA here (${reason})`}.`,
    ...(provider === 'cpu' ? ['What CUDA gains by batches, and by the task, has not been measured.'] : []),
    '',
    `${describeMachine()}. Load average before: ${loadBefore.toFixed(1)}${loadBefore > 1 ? ' (the machine was busy with other work)' : ''}.`,
    '',
    '| what | measured | wanted | reached | detail |',
    '| --- | --- | --- | --- | --- |',
    ...measurements.map(describeMeasurement),
    '',
  ].join('\n'),
);
/** What `segmentry cost` reads. */
const figures = { provider, imageMs: median(of(best)), model: manifest.id, machine: describeMachine() };
writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
console.log(readFileSync(TABLE, 'utf8'));
if (!measurements.every(isReached)) process.exitCode = 1;
