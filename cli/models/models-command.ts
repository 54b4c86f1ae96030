import type { Command } from 'commander';
import { resolvePath } from '../resolve-path.ts';
import { describeForPeople } from './describe-for-people.ts';
import { addModelsAddCommand } from './models-add.ts';
import { quantizeModel } from './quantize-model.ts';
import { readModel } from './read-model.ts';

/** `segmentry models inspect`, `segmentry models quantize` and `segmentry models add`. */
export function addModelsCommand(program: Command): void {
  const models = program
    .command('models')
    .description('Looks at models, makes them faster and fetches them.');
  addModelsAddCommand(models);

  models
    .command('inspect <file>')
    .description('Prints what is recognised of an ONNX file: family, task, classes, input size, licence.')
    .option('--json', 'print the manifest as JSON')
    .action(async (file: string, { json = false }: { json?: boolean }) => {
      const model = await readModel(resolvePath(file));
      console.log(json ? JSON.stringify(model.manifest, null, 2) : describeForPeople(model));
    });

  models
    .command('quantize <file>')
    .description(
      'Makes a static int8 model whose head stays fp32, measures it against the fp32 one, and says whether to use it.',
    )
    .requiredOption('--calibrate <folder>', 'photographs of the kind the model will see, 24 or more')
    .option('--out <file>', 'where to write it; beside FILE, with -int8 in its name, where absent')
    .action(async (file: string, { calibrate, out }: { calibrate: string; out?: string }) => {
      const path = resolvePath(file);
      const isRecommended = await quantizeModel({
        path,
        photographs: resolvePath(calibrate),
        out: out === undefined ? path.replace(/(\.onnx)?$/i, '-int8.onnx') : resolvePath(out),
      });
      if (!isRecommended) process.exitCode = 1;
    });
}
