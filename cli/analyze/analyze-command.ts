import { type Command, InvalidArgumentError, Option } from 'commander';
import { addConnectionOptions } from '../connection/connect.ts';
import { addAnalysisOptions, addDeviceOption } from '../options/add-analysis-options.ts';
import { collect, toCount, toNumber } from '../options/parse-values.ts';
import { type AnalyzeFlags, FORMATS, type Format } from './analyze-flags.ts';

/** `segmentry analyze PHOTO|DIR|ZIP|VIDEO|URL…` */
export function addAnalyzeCommand(program: Command): void {
  const command = program
    .command('analyze [input...]')
    .description(
      'Has a deployment find the objects in photographs, folders, zips, videos and web addresses; without any, in the ' +
        'only one of this folder. After Ctrl-C the same command goes on where it stopped: nothing is sent or paid twice.',
    )
    .option(
      '--model <id>',
      'a model of the deployment; may be given several times; the obvious one where absent',
      collect,
    )
    .option('--dataset <name>', 'put all of it into this dataset, which is made where there is none')
    .option('--out <folder>', 'write result documents, overlays and results.csv there')
    .option(
      '--format <names>',
      `what to write: ${FORMATS.join(', ')}, with commas between; json,csv with --out, else lines for people`,
      toFormats,
    )
    .option('--no-overlays', 'write no overlays')
    .option('--recursive', 'look into the folders within folders, too')
    .option('--watch', 'go on with what comes into the folders, until Ctrl-C')
    .option('--parallel <number>', 'how many are under way at once', toCount, 4)
    .addOption(
      new Option(
        '--keep <what>',
        'what the service stores: a visually lossless copy, or the bytes as they are',
      ).choices(['compressed', 'original']),
    )
    .option(
      '--retention-days <days>',
      'forget them after so many days; as the deployment says where absent',
      toNumber,
    )
    .option(
      '--frames-per-second <number>',
      'how many frames of a video are looked at; 1 where absent',
      toNumber,
    );
  addConnectionOptions(addDeviceOption(addAnalysisOptions(command))).action(
    async (inputs: string[], flags: AnalyzeFlags) => {
      const { runAnalysis } = await import('./run-analysis.ts');
      await runAnalysis(inputs, flags);
    },
  );
}

function toFormats(text: string): Format[] {
  const names = text.split(',');
  const isFormat = (name: string): name is Format => FORMATS.some((format) => format === name);
  if (names.every(isFormat)) return names;
  throw new InvalidArgumentError(`Known formats are ${FORMATS.join(', ')}.`);
}
