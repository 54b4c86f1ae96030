import { type Command, Option } from 'commander';
import { toCount, toMeasure, toPositive, toShare } from '../options/parse-values.ts';
import { paint } from '../terminal/print.ts';
import { type CostSettings, readMeasured, readMeasuredGpu } from './estimate-cost.ts';

interface CostFlags extends CostSettings {
  readonly gpuMs?: number;
  readonly json?: boolean;
}

const timeOf = (gpuMs: number | undefined) =>
  gpuMs === undefined ? readMeasuredGpu() : { imageMs: gpuMs, device: 'as you say' };

/** `segmentry cost` */
export function addCostCommand(program: Command): void {
  const { analysisMs, coldStartMs, uploadMs, apiMs } = readMeasured();
  program
    .command('cost')
    .description(
      'What 1,000 images cost on AWS, line by line, and from how many an hour on a GPU task is cheaper. Computed ' +
        'from measured durations and list prices, which cli/cost/prices.json has with their dates; nothing is asked.',
    )
    .addOption(
      new Option('--by <way>', 'each image in a request, or many in a zip')
        .choices(['request', 'zip'])
        .default('request'),
    )
    .addOption(new Option('--arch <processor>', 'of Lambda').choices(['x64', 'arm64']).default('x64'))
    .option('--memory-mb <number>', 'of the workers that run models', toCount, 3008)
    .option('--analysis-ms <number>', 'how long an analysis computes', toMeasure, analysisMs.value)
    .option('--upload-ms <number>', 'how long taking an image in takes', toMeasure, uploadMs.value)
    .option('--api-ms <number>', 'how long a request for a job takes', toMeasure, apiMs.value)
    .option('--wait-ms <number>', 'what an analysis waits for besides; not measured on AWS', toMeasure, 40)
    .option(
      '--cold-start-ms <number>',
      'from the start of a process to its first result',
      toMeasure,
      coldStartMs.value,
    )
    .option('--cold-share <number>', 'of the analyses that a new process does, from 0 to 1', toShare, 0.01)
    .option('--image-kb <number>', 'size of a stored image', toMeasure, 100)
    .option('--result-kb <number>', 'size of a result', toMeasure, 4)
    .option(
      '--gpu-ms <number>',
      'how long an image takes on the GPU, to say what one task can do; as npm run bench:gpu has measured it, on a larger one, where absent',
      toPositive,
    )
    .option('--json', 'print JSON')
    .action(async (flags: CostFlags) => {
      const { describeCost, estimate } = await import('./describe-cost.ts');
      const cost = estimate(flags, timeOf(flags.gpuMs));
      console.log(
        flags.json === true
          ? JSON.stringify(cost, null, 2)
          : describeCost(cost, (text) => paint('bold', text)),
      );
    });
}
