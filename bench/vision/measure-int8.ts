import { openBenchModel } from './bench-model.ts';
import { timeInPairs } from './measure.ts';
import { sharedModel } from './photographs.ts';
import type { Measurement } from './report.ts';

/** Static int8 against fp32, bare, one thread. */
export async function measureInt8(): Promise<Measurement[]> {
  const int8 = await openBenchModel(sharedModel('yolov8n-seg_int8-qdq.onnx'), 1);
  const fp32 = await openBenchModel(sharedModel('yolov8n-seg.onnx'), 1);
  const times = await timeInPairs(
    () => int8.runBare(),
    () => fp32.runBare(),
    { rounds: 40 },
  );
  await Promise.all([int8.release(), fp32.release()]);
  return [
    {
      name: 'int8 / fp32 throughput, 1 thread',
      value: times.ratio,
      unit: '×',
      target: { atLeast: 1.7 },
      detail: `${times.firstMs.toFixed(1)} ms against ${times.secondMs.toFixed(1)} ms`,
    },
  ];
}
