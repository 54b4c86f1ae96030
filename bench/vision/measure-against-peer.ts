import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '../../core/adapters/python/python-environment.ts';
import { openBenchModel } from './bench-model.ts';
import { median } from './measure.ts';
import { type Photographs, sharedModel } from './photographs.ts';
import type { Measurement } from './report.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const THREADS = 2;

interface Peer {
  /** @returns milliseconds as the peer itself measures them, from the file to masks at native size. */
  predict(path: string): Promise<number>;
  stop(): void;
}

/** `predict(retina_masks=True)` of ultralytics on the same weights, photographs and number of threads. */
export async function measureAgainstPeer(photographs: Photographs): Promise<Measurement[]> {
  const { ordinary, bus, twelveMegapixels } = photographs;
  const peer = await startPeer();
  const measurements = [
    await compare(peer, {
      name: 'ordinary photographs',
      paths: [...ordinary, bus],
      rounds: 42,
      atLeast: 1.15,
    }),
    await compare(peer, { name: '12 megapixels', paths: [twelveMegapixels], rounds: 9, atLeast: 15 }),
  ];
  peer.stop();
  return measurements;
}

async function compare(
  peer: Peer,
  { name, paths, rounds, atLeast }: { name: string; paths: string[]; rounds: number; atLeast: number },
): Promise<Measurement> {
  const model = await openBenchModel(sharedModel('yolov8n-seg.onnx'), THREADS);
  const pairs: [peer: number, own: number][] = [];
  for (let round = -3; round < rounds; round++) {
    const path = paths[(round + 3) % paths.length] as string;
    const startedAt = performance.now();
    await model.analyze(readFileSync(path));
    const own = performance.now() - startedAt;
    const theirs = await peer.predict(path);
    if (round >= 0) pairs.push([theirs, own]);
  }
  await model.release();
  return {
    name: `${name}: faster than ultralytics`,
    value: median(pairs.map(([theirs, own]) => theirs / own)),
    unit: '×',
    target: { atLeast },
    detail: `${median(pairs.map(([, own]) => own)).toFixed(0)} ms against ${median(pairs.map(([theirs]) => theirs)).toFixed(0)} ms, ${THREADS} threads, native masks`,
  };
}

async function startPeer(): Promise<Peer> {
  const python = await ensurePythonEnvironment(
    {
      folder: `${ROOT}.python/peer-ultralytics`,
      lockFile: `${ROOT}bench/peers/ultralytics/requirements.txt`,
    },
    () => console.error('Installing ultralytics, once; several gigabytes …'),
  );
  const script = `${ROOT}bench/peers/ultralytics/predict.py`;
  const child = spawn(python, [script, sharedModel('yolov8n-seg.onnx'), String(THREADS)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout });
  return {
    async predict(path) {
      const answer = once(lines, 'line');
      child.stdin.write(`${path}\n`);
      const [line] = (await answer) as [string];
      return Number(line.split(' ')[0]);
    },
    stop: () => child.stdin.end(),
  };
}
