import { readFileSync } from 'node:fs';
import type { ResultDocument } from '../../core/contracts/result-document.ts';
import { openBenchModel } from './bench-model.ts';
import { median, timeInPairs } from './measure.ts';
import { type Photographs, sharedModel } from './photographs.ts';
import type { Measurement } from './report.ts';

interface Case {
  readonly name: string;
  readonly paths: readonly string[];
  readonly threads: number;
  readonly atMost: number;
}

/** Image bytes → result document, as a multiple of bare `session.run` of the same session. */
export async function measureOverhead(photographs: Photographs): Promise<Measurement[]> {
  const { ordinary, bus, twelveMegapixels } = photographs;
  const cases: Case[] = [
    { name: '640 x 480', paths: ordinary, threads: 1, atMost: 1.15 },
    { name: 'bus.jpg', paths: [bus], threads: 1, atMost: 1.3 },
    { name: 'bus.jpg', paths: [bus], threads: 2, atMost: 1.3 },
    { name: '12 megapixels', paths: [twelveMegapixels], threads: 2, atMost: 1.9 },
  ];
  const measurements: Measurement[] = [];
  for (const one of cases) measurements.push(...(await measureCase(one)));
  return measurements;
}

async function measureCase({ name, paths, threads, atMost }: Case): Promise<Measurement[]> {
  const model = await openBenchModel(sharedModel('yolov8n-seg.onnx'), threads);
  const images = paths.map((path) => readFileSync(path));
  const documents: ResultDocument[] = [];
  const { ratio, cpuRatio, firstMs, secondMs } = await timeInPairs(
    () => model.runBare(),
    async (round) => documents.push(await model.analyze(images[round % images.length] as Buffer)),
    { rounds: 60 },
  );
  await model.release();
  const part = (of: (document: ResultDocument) => number) => median(documents.slice(5).map(of)).toFixed(1);
  const overhead: Measurement = {
    name: `${name}, ${threads} thread${threads > 1 ? 's' : ''}: document / session.run`,
    value: ratio,
    unit: '×',
    target: { atMost },
    detail:
      `${firstMs.toFixed(1)} → ${secondMs.toFixed(1)} ms; decode ${part(({ timing }) => timing.decodeMs)}, ` +
      `infer ${part(({ timing }) => timing.inferMs)}, post ${part(({ timing }) => timing.postMs)}; ` +
      `${part(({ detections }) => detections.length)} objects; processor time ${cpuRatio.toFixed(2)} ×`,
  };
  if (name !== 'bus.jpg' || threads !== 1) return [overhead];
  const post: Measurement = {
    name: 'bus.jpg: post-processing',
    value: median(documents.slice(5).map(({ timing }) => timing.postMs)),
    unit: 'ms',
    target: { atMost: 5 },
    detail: 'decode of the outputs, suppression, native masks, RLE, polygons, areas',
  };
  return [overhead, post];
}
