import { readFileSync } from 'node:fs';
import { openBenchModel } from './bench-model.ts';
import type { FamilyNetwork } from './family-networks.ts';
import { timeInPairs } from './measure.ts';
import type { Photographs } from './photographs.ts';
import type { Measurement } from './report.ts';

const ROUNDS = 20;

/** Image bytes → result document, against bare `session.run` of the same session, a line a family. */
export async function measureFamilies(
  networks: readonly FamilyNetwork[],
  { ordinary }: Photographs,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const network of networks) measurements.push(await measure(network, ordinary));
  return measurements;
}

async function measure(
  { name, path, weights }: FamilyNetwork,
  photographs: readonly string[],
): Promise<Measurement> {
  const model = await openBenchModel(path, 1);
  const images = photographs.map((photograph) => readFileSync(photograph));
  let objects = 0;
  const { ratio, firstMs, secondMs } = await timeInPairs(
    () => model.runBare(),
    async (round) => {
      objects += (await model.analyze(images[round % images.length] as Buffer)).detections.length;
    },
    { rounds: ROUNDS },
  );
  await model.release();
  return {
    name: `${name} (${model.family}, ${weights}): document / session.run`,
    value: ratio,
    unit: '×',
    detail: `${firstMs.toFixed(1)} → ${secondMs.toFixed(1)} ms; ${(objects / ROUNDS).toFixed(1)} objects an image`,
  };
}
