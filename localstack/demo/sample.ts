import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { PROJECT } from '../paths.ts';
import type { Photograph } from './pipeline-api.ts';
import { readPhotograph } from './read-photograph.ts';

const SAMPLE = join(PROJECT, 'models', 'samples', 'table-1');

/** The image that ships for the first minute: a rendered table of food, of which the scale is known. */
export function readSample(): { photograph: Photograph; options: Partial<AnalysisOptions> } {
  const { pixelsPerCm } = z
    .looseObject({ pixelsPerCm: z.number() })
    .parse(JSON.parse(readFileSync(`${SAMPLE}.json`, 'utf8')));
  return {
    photograph: readPhotograph(`${SAMPLE}.jpg`),
    options: { scale: { pixelsPerCm, uncertainty: 0 } },
  };
}
