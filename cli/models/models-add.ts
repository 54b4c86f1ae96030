import { type Command, Option } from 'commander';
import { modelCache } from '../../core/composition/common-objects.ts';
import { resolvePath } from '../resolve-path.ts';
import { printDone } from '../terminal/print.ts';
import { askLicence } from './add/ask-licence.ts';
import { exportToOnnx } from './add/export-to-onnx.ts';
import { findOfficialWeights, PUBLISHER_URL } from './add/official-weights.ts';

interface AddFlags {
  readonly acceptLicence?: boolean;
  readonly from: string;
  readonly cache: string;
  readonly json?: boolean;
}

/** `segmentry models add yolo11n-seg` */
export function addModelsAddCommand(models: Command): void {
  models
    .command('add <name>')
    .description('Downloads official weights from their publisher, for you to use under their licence.')
    .option('--accept-licence', 'accept their licence without being asked')
    .option('--from <url>', 'a mirror of the publisher', PUBLISHER_URL)
    .addOption(
      new Option('--cache <folder>', 'where to keep them').default(
        modelCache(process.env.XDG_CACHE_HOME),
        '~/.cache/segmentry/models',
      ),
    )
    .option('--json', 'print JSON')
    .action(async (name: string, { acceptLicence, from, cache, json }: AddFlags) => {
      const { addModel } = await import('./add/add-model.ts');
      const { path, manifest } = await addModel(findOfficialWeights(name, from), resolvePath(cache), {
        askLicence: acceptLicence ? async () => true : askLicence,
        exportToOnnx,
        say: (text) => console.error(text),
      });
      const { id, classes, licence } = manifest;
      printDone(
        `${id} is ready (${classes.length} classes, ${licence}): ${path}\nUse it: segmentry detect PHOTO --model ${path}`,
        { id, path, licence },
        json,
      );
    });
}
