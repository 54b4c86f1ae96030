import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { resolvePath } from '../resolve-path.ts';
import { askLicence } from './add/ask-licence.ts';
import { exportToOnnx } from './add/export-to-onnx.ts';
import { findOfficialWeights, PUBLISHER_URL } from './add/official-weights.ts';

interface AddFlags {
  readonly acceptLicence?: boolean;
  readonly from: string;
  readonly cache: string;
}

/** `segmentry models add yolo11n-seg` */
export function addModelsAddCommand(models: Command): void {
  const cacheHome = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  models
    .command('add <name>')
    .description('Downloads official weights from their publisher, for you to use under their licence.')
    .option('--accept-licence', 'accept their licence without being asked')
    .option('--from <url>', 'a mirror of the publisher', PUBLISHER_URL)
    .option('--cache <folder>', 'where to keep them', join(cacheHome, 'segmentry', 'models'))
    .action(async (name: string, { acceptLicence, from, cache }: AddFlags) => {
      const { addModel } = await import('./add/add-model.ts');
      const { path, manifest } = await addModel(findOfficialWeights(name, from), resolvePath(cache), {
        askLicence: acceptLicence ? async () => true : askLicence,
        exportToOnnx,
        say: (text) => console.error(text),
      });
      console.log(
        `${manifest.id} is ready (${manifest.classes.length} classes, ${manifest.licence}): ${path}`,
      );
      console.log(`Use it: segmentry detect PHOTO --model ${path}`);
    });
}
