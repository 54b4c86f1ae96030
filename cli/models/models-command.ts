import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { EXIT } from '../exit-codes.ts';
import { resolvePath } from '../resolve-path.ts';
import { printDone } from '../terminal/print.ts';
import { UsageError } from '../usage-error.ts';
import { familyOption } from './family-option.ts';
import { addModelsAddCommand } from './models-add.ts';
import { addRemoteModelsCommands } from './remote-models.ts';

interface InspectFlags {
  readonly json?: boolean;
  readonly family?: ModelManifest['family'];
}

interface QuantizeFlags {
  readonly calibrate: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `segmentry models inspect`, `segmentry models quantize` and `segmentry models add`. */
export function addModelsCommand(program: Command): void {
  const models = program.command('models').description('Models of a deployment, and models on this machine.');
  addRemoteModelsCommands(models);
  addModelsAddCommand(models);

  models
    .command('inspect <file>')
    .description('Prints what is recognised in an ONNX file: family, task, classes, input size, licence.')
    .option('--json', 'print the manifest as JSON')
    .addOption(familyOption())
    .action(async (file: string, { json = false, family }: InspectFlags) => {
      const [{ readModel }, { describeForPeople }] = await Promise.all([
        import('./read-model.ts'),
        import('./describe-for-people.ts'),
      ]);
      const model = await readModel(resolvePath(file), family);
      console.log(json ? JSON.stringify(model.manifest, null, 2) : describeForPeople(model));
    });

  models
    .command('quantize <file>')
    .description(
      'Creates a static int8 model whose head stays fp32, compares it with the fp32 one, and says whether to use it.',
    )
    .requiredOption('--calibrate <folder>', 'photographs of the kind the model will see, 24 or more')
    .option('--out <file>', 'where to write it; beside FILE, with -int8 in its name, where absent')
    .option('--json', 'print JSON')
    .action(async (file: string, { calibrate, out, json }: QuantizeFlags) => {
      const path = resolvePath(file);
      const target = out === undefined ? path.replace(/(\.onnx)?$/i, '-int8.onnx') : resolvePath(out);
      if (isSameFile(path, target))
        throw new UsageError(`--out names the model itself: it would be replaced.`);
      const { describeQuantized, quantizeModel } = await import('./quantize-model.ts');
      const made = await quantizeModel({
        path,
        photographs: resolvePath(calibrate),
        out: target,
      });
      printDone(describeQuantized(made), made, json);
      if (!made.isRecommended) process.exitCode = EXIT.failed;
    });
}

/** By whatever path or link. */
function isSameFile(a: string, b: string): boolean {
  if (!existsSync(a) || !existsSync(b)) return false;
  const [first, second] = [statSync(a, { bigint: true }), statSync(b, { bigint: true })];
  return first.dev === second.dev && first.ino === second.ino;
}
