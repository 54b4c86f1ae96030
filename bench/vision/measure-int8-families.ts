import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { FamilyNetwork } from './family-networks.ts';
import type { Photographs } from './photographs.ts';
import type { Measurement } from './report.ts';

const COMMAND = fileURLToPath(new URL('../../cli/segmentry.mjs', import.meta.url));

/** What `models quantize --json` prints. */
const Quantized = z.object({
  wanted: z.number(),
  found: z.number(),
  meanOverlap: z.number(),
  inferenceMs: z.object({ int8: z.number(), fp32: z.number() }),
  bytes: z.object({ int8: z.number(), fp32: z.number() }),
  isRecommended: z.boolean(),
});

/** `models quantize` of a network of each family, judged as it judges: by what the fp32 model finds. */
export async function measureInt8Families(
  networks: readonly FamilyNetwork[],
  { busyFolder }: Photographs,
  folder: string,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const network of networks) measurements.push(await quantizeNetwork(network, busyFolder, folder));
  return measurements;
}

async function quantizeNetwork(
  { name, path, weights }: FamilyNetwork,
  calibrate: string,
  folder: string,
): Promise<Measurement> {
  const copy = join(folder, 'network.onnx');
  cpSync(path, copy);
  const args = [COMMAND, 'models', 'quantize', copy, '--calibrate', calibrate, '--json'];
  // Exits with 1 where it does not recommend what it made.
  const { stdout } = await promisify(execFile)(process.execPath, args).catch(
    (failure: { code: unknown; stdout: string; stderr: string }) => {
      if (failure.code === 1 && failure.stdout !== '') return failure;
      throw new Error(`${name}: ${failure.stderr}`);
    },
  );
  const { wanted, found, meanOverlap, inferenceMs, bytes, isRecommended } = Quantized.parse(
    JSON.parse(stdout),
  );
  return {
    name: `int8 of ${name} (${weights}): objects of fp32 found again`,
    value: wanted === 0 ? 1 : found / wanted,
    unit: 'of them',
    detail:
      `${found} of ${wanted}, overlap ${meanOverlap.toFixed(3)}; ${inferenceMs.fp32.toFixed(1)} → ${inferenceMs.int8.toFixed(1)} ms; ` +
      `${(bytes.fp32 / 1e6).toFixed(1)} → ${(bytes.int8 / 1e6).toFixed(1)} MB; ${isRecommended ? 'recommended' : 'not recommended'}`,
  };
}
