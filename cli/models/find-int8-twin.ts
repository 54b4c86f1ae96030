import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { findShippedTwin } from '../../core/composition/shipped-models.ts';
import { describeInt8Twin, Int8Twin } from '../../core/contracts/int8-twin.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';

const WithTwin = z.object({ int8: Int8Twin });

/**
 * What the same model in 8 bits would give, where it ships or stands beside as `models quantize` writes it.
 * @param path of the weights; undefined for the model in the box.
 * @returns undefined where there is none, or it was made of other weights.
 */
export function describeTwinOf({ sha256 }: ModelManifest, path?: string): string | undefined {
  const shipped = findShippedTwin(sha256);
  if (shipped?.int8 !== undefined) return describeInt8Twin(`--model ${shipped.path}`, shipped.int8);
  if (path === undefined) return undefined;
  const twin = `${path.replace(/\.onnx$/i, '')}-int8`;
  const int8 = readTwin(`${twin}.manifest.json`);
  return int8?.of === sha256 ? describeInt8Twin(`--model ${twin}.onnx`, int8) : undefined;
}

function readTwin(manifestPath: string): Int8Twin | undefined {
  if (!existsSync(manifestPath)) return undefined;
  try {
    return WithTwin.safeParse(JSON.parse(readFileSync(manifestPath, 'utf8'))).data?.int8;
  } catch {
    return undefined;
  }
}
