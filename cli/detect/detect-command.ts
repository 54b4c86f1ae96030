import type { Command } from 'commander';
import { findDefaultModel } from '../../core/composition/shipped-models.ts';
import { familyOption } from '../models/family-option.ts';
import { addAnalysisOptions } from '../options/add-analysis-options.ts';
import { toCount } from '../options/parse-values.ts';
import type { DetectFlags } from './detect-flags.ts';

/** `segmentry detect PHOTO… --model FILE.onnx` */
export function addDetectCommand(program: Command): void {
  const command = program
    .command('detect [photo...]')
    .description(
      'Finds objects in photographs (or all photographs of a folder; of this one where none is named) on this machine.',
    )
    .option(
      '--model <file>',
      `ONNX weights, whose manifest beside them is read; the model in the box (${findDefaultModel().id}) where absent`,
    )
    .addOption(familyOption())
    .option('--json', 'one result document a line, in the order of the photographs')
    .option('--recursive', 'look into the folders within folders, too')
    .option('--overlay <folder>', 'draw what was found over each photograph, as PNG files in this folder')
    .option('--workers <number>', 'photographs inferred at the same time; one a core where absent', toCount);
  addAnalysisOptions(command).action(async (names: string[], flags: DetectFlags) => {
    const { detect } = await import('./run-detect.ts');
    await detect(names.length === 0 ? ['.'] : names, flags);
  });
}
