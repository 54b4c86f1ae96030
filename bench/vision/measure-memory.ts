import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './measure.ts';
import { type Photographs, sharedModel } from './photographs.ts';
import type { Measurement } from './report.ts';

const PROCESS = fileURLToPath(new URL('./memory-process.ts', import.meta.url));

interface MemoryUse {
  readonly peakMegabytes: number;
  readonly residentMegabytes: number[];
}

/** Resident memory of a process of its own: at 12 megapixels, and over 1,000 images. */
export async function measureMemory({ ordinary, twelveMegapixels }: Photographs): Promise<Measurement[]> {
  const large = runProcess(30, [twelveMegapixels]);
  const many = runProcess(1000, ordinary).residentMegabytes;
  const early = median(many.slice(100, 300));
  const late = median(many.slice(800));
  return [
    {
      name: 'peak memory, yolov8n-seg, 12 megapixels',
      value: large.peakMegabytes,
      unit: 'MB',
      target: { atMost: 450 },
      detail: `resident at the end: ${large.residentMegabytes.at(-1)?.toFixed(0)} MB`,
    },
    {
      name: 'growth over 1,000 images',
      value: late / early,
      unit: '×',
      target: { atMost: 1.05 },
      detail: `images 100 to 300: ${early.toFixed(0)} MB, 800 to 1,000: ${late.toFixed(0)} MB`,
    },
  ];
}

function runProcess(count: number, photographs: readonly string[]): MemoryUse {
  const args = [PROCESS, sharedModel('yolov8n-seg.onnx'), String(count), ...photographs];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e7 }));
}
