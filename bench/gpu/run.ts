import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takesBatches } from '../../core/adapters/onnx/batch-model.ts';
import { createSession } from '../../core/adapters/onnx/create-session.ts';
import { describeModel } from '../../core/adapters/onnx/describe-model.ts';
import { createInput } from '../../core/adapters/onnx/float-tensors.ts';
import { tryProvider } from '../../core/adapters/onnx/try-provider.ts';
import type { ExecutionProvider } from '../../core/contracts/device.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { readSize } from '../read-size.ts';
import { median } from '../vision/measure.ts';
import { hasSharedData, sharedModel } from '../vision/photographs.ts';
import { describeMachine, describeMeasurement, isReached, type Measurement } from '../vision/report.ts';
import { createNumberedPhotographs } from './numbered-photographs.ts';
import type { TaskProcessSettings } from './task-process.ts';
import { openWorkerWorld } from './worker-world.ts';

/**
 * `npm run bench:gpu [-- --images 40 --rounds 5 --batch 8 --processes 3]`: the GPU stack's task on whatever is here, CUDA or the processor:
 * against the function's handler, against a bare session, and batches against one by one. It takes photographs and two
 * models of the test data: one with a batch axis, and one with masks; or the model of `--model FILE.onnx`.
 */
const IMAGES = readSize('images', 40);
const ROUNDS = readSize('rounds', 5);
const BATCH = readSize('batch', 8);
const THREADS = 2;
/** As many as a task has, and as this machine has processors for. */
const PROCESSES = readSize('processes', Math.min(3, availableParallelism()));
const TABLE = fileURLToPath(new URL('../results/gpu.md', import.meta.url));
const TASK_PROCESS = fileURLToPath(new URL('./task-process.ts', import.meta.url));
const FIGURES = fileURLToPath(new URL('../results/gpu.json', import.meta.url));

const given = process.argv.indexOf('--model');
if (!hasSharedData()) {
  console.error(
    'This takes photographs and models of the test data, which is not beside the checkout (../shared).',
  );
  process.exit(1);
}
const paths =
  given === -1
    ? [sharedModel('yolov8n_dynamic.onnx'), sharedModel('yolov8n-seg.onnx')]
    : [process.argv[given + 1] ?? ''];
const missing = paths.find((path) => !existsSync(path));
if (missing !== undefined) {
  console.error(`There is no model at ${missing}: npm run bench:gpu -- --model FILE.onnx`);
  process.exit(1);
}
const reason = await tryProvider('cuda');
const provider: ExecutionProvider = reason === undefined ? 'cuda' : 'cpu';
const device = provider === 'cuda' ? readGpuName() : describeMachine();
const loadBefore = loadavg()[0] ?? 0;
const nextImages = createNumberedPhotographs(IMAGES);

function readGpuName(): string {
  const query = ['--query-gpu=name', '--format=csv,noheader'];
  return execFileSync('nvidia-smi', query, { encoding: 'utf8' }).trim();
}

interface Compared {
  readonly measurements: readonly Measurement[];
  /** Of the task, where it is fastest. */
  readonly imageMs: number;
  readonly manifest: ModelManifest;
}

async function compare(path: string): Promise<Compared> {
  const weights = readFileSync(path);
  const manifest: ModelManifest = await describeModel(weights, { id: basename(path, '.onnx'), version: '1' });
  const alone = await openBare(1);
  const batches = takesBatches(alone.session);
  const together = batches ? await openBare(BATCH) : undefined;

  /** A bare `session.run`, its input ready, `count` images at a time. */
  async function openBare(count: number) {
    const session = await createSession({ bytes: weights }, { threads: THREADS, provider });
    const input = createInput(session, manifest.inputSize, count);
    input.values.fill(0.4);
    const runs = Math.ceil(IMAGES / count);
    return {
      session,
      /** @returns milliseconds an image. */
      async run(): Promise<number> {
        const startedAt = performance.now();
        for (let run = 0; run < runs; run += 1) await session.run(input.feeds());
        return (performance.now() - startedAt) / (runs * count);
      },
      /** @returns milliseconds of a run of `size` images. */
      async time(size: number): Promise<number> {
        const startedAt = performance.now();
        await session.run(input.feeds(0, size));
        return performance.now() - startedAt;
      },
    };
  }

  async function timed(batchSize: number, by: 'runHandler' | 'runTask'): Promise<number> {
    const world = await openWorkerWorld({ weights, manifest, provider, threads: THREADS, batchSize });
    await world[by](await nextImages());
    const ms = (await world[by](await nextImages())) / IMAGES;
    await world.close();
    return ms;
  }

  /** By the processes of one task, each with as many images. */
  async function timedProcesses(batchSize: number): Promise<number> {
    const settings: TaskProcessSettings = { path, manifest, provider, batchSize, images: IMAGES };
    const processes = Array.from({ length: PROCESSES }, () => fork(TASK_PROCESS, [JSON.stringify(settings)]));
    const all = (event: string) => Promise.all(processes.map((one) => once(one, event)));
    const ended = all('exit');
    await all('message');
    const startedAt = performance.now();
    const done = all('message');
    for (const one of processes) one.send('go');
    await done;
    const ms = (performance.now() - startedAt) / (IMAGES * PROCESSES);
    await ended;
    return ms;
  }

  /** What is compared runs in turn, round by round, so that whatever else the machine does hits all alike. */
  const times: Record<string, number[]> = {};
  for (let round = 0; round <= ROUNDS; round += 1) {
    const lap = {
      alone: await alone.run(),
      handler: await timed(1, 'runHandler'),
      taskAlone: await timed(1, 'runTask'),
      taskAloneOfMany: await timedProcesses(1),
      ...(together && {
        together: await together.run(),
        task: await timed(BATCH, 'runTask'),
        taskOfMany: await timedProcesses(BATCH),
        sameSize: await together.time(BATCH),
        otherSize: await together.time(BATCH - 1),
        sizeAgain: await together.time(BATCH),
      }),
    };
    // The first warms up.
    if (round > 0) for (const [name, ms] of Object.entries(lap)) times[name] = [...(times[name] ?? []), ms];
  }
  await alone.session.release();
  await together?.session.release();

  const of = (name: string) => times[name] ?? [];
  const ratio = (first: string, second: string) =>
    median(of(first).map((ms, round) => ms / (of(second)[round] ?? Number.NaN)));
  const both = (first: string, second: string) =>
    `${median(of(first)).toFixed(1)} to ${median(of(second)).toFixed(1)} ms an image`;
  const best = together && ratio('taskOfMany', 'taskAloneOfMany') < 1 ? 'taskOfMany' : 'taskAloneOfMany';
  const bare = best === 'taskOfMany' ? 'together' : 'alone';
  const one = best === 'taskOfMany' ? 'task' : 'taskAlone';
  const ofBatches = (): Measurement[] => [
    {
      name: `session.run of ${BATCH} images, of one`,
      value: ratio('alone', 'together'),
      unit: '× as fast',
      detail: both('together', 'alone'),
    },
    {
      name: `a run of ${BATCH} images after one of ${BATCH - 1}, after one of ${BATCH}`,
      value: ratio('sizeAgain', 'sameSize'),
      unit: '× as long',
      detail: `${median(of('sizeAgain')).toFixed(0)} to ${median(of('sameSize')).toFixed(0)} ms`,
    },
    {
      name: `the task with batches of ${BATCH}, one by one`,
      value: ratio('taskAlone', 'task'),
      unit: '× as fast',
      detail: both('task', 'taskAlone'),
    },
  ];
  const measurements: Measurement[] = [
    ...(together ? ofBatches() : []),
    {
      name: `the task of ${PROCESSES} processes, of one`,
      value: ratio(one, best),
      unit: '× as fast',
      detail: both(best, one),
    },
    {
      name: 'the task of one process, the function’s handler: time an image',
      value: ratio(one, 'handler'),
      unit: '×',
      ...(provider === 'cpu' && { target: { atMost: 1 } }),
      detail: both(one, 'handler'),
    },
    {
      name: `the task of ${PROCESSES} processes, bare session.run of the same size: images a second`,
      value: ratio(bare, best),
      unit: '×',
      target: { atLeast: 0.8 },
      detail: both(best, bare),
    },
  ];
  return { measurements, imageMs: median(of(best)), manifest };
}

const results: Compared[] = [];
for (const path of paths) results.push(await compare(path));

writeFileSync(
  TABLE,
  [
    '# The task of the GPU stack',
    '',
    `Written by \`npm run bench:gpu\`: ${IMAGES} photographs, ${ROUNDS} rounds, ${THREADS} threads. Table, bucket and queue are in`,
    'memory; decoding, post-processing and records are all there. Medians of the rounds’ ratios.',
    '',
    `It ran with onnxruntime’s provider \`${provider}\` on ${device}${reason === undefined ? '' : `: there is no CUDA here (${reason})`}.`,
    ...(provider === 'cpu' ? ['What CUDA gains by batches, and by the task, has not been measured.'] : []),
    '',
    `${describeMachine()}. Load average before: ${loadBefore.toFixed(1)}${loadBefore > 1 ? ' (the machine was busy with other work)' : ''}.`,
    ...results.flatMap(({ manifest, measurements }) => [
      '',
      `## ${manifest.id}`,
      '',
      '| what | measured | wanted | reached | detail |',
      '| --- | --- | --- | --- | --- |',
      ...measurements.map(describeMeasurement),
    ]),
    '',
  ].join('\n'),
);
const last = results.at(-1);
/** What `segmentry cost` reads. */
const figures = { provider, device, imageMs: last?.imageMs, model: last?.manifest.id };
writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
console.log(readFileSync(TABLE, 'utf8'));
if (!results.every(({ measurements }) => measurements.every(isReached))) process.exitCode = 1;
