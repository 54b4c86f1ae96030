import { type Command, Option } from 'commander';
import { COMMON_OBJECTS, ensureCommonObjects, modelCache } from '../../core/composition/common-objects.ts';
import { type ConnectionFlags, connect } from '../connection/connect.ts';
import { resolvePath } from '../resolve-path.ts';
import { type ListFlags, printDone } from '../terminal/print.ts';
import type { AddedModel } from './add/add-model.ts';
import { askLicence } from './add/ask-licence.ts';
import { findDirectModel } from './add/available-models.ts';
import { exportToOnnx } from './add/export-to-onnx.ts';
import { findOfficialWeights } from './add/official-weights.ts';
import { printAvailable } from './add/print-available.ts';

interface AddFlags extends ConnectionFlags {
  readonly acceptLicence?: boolean;
  readonly from?: string;
  readonly sha256?: string;
  readonly cache: string;
}

/** `segmentry models available` and `segmentry models add yolox-s` */
export function addModelsAddCommand(models: Command): void {
  models
    .command('available')
    .description('Lists the models that "models add" can bring onto this machine.')
    .option('--json', 'print JSON, one model a line')
    .action((flags: ListFlags) => printAvailable(flags));

  models
    .command('add <name>')
    .description(
      'Brings a model from its publisher onto this machine, for you to use under its licence; or takes a FILE.onnx of yours, for a deployment.',
    )
    .option('--accept-licence', 'accept its licence without being asked')
    .option(
      '--from <url>',
      'a mirror of the publisher: of Ultralytics’ releases, or with NAME.onnx for the others',
    )
    .option(
      '--sha256 <hash>',
      'of a file that is downloaded as it is, where a mirror has another one than is known',
    )
    .addOption(
      new Option('--cache <folder>', 'where to keep them').default(
        modelCache(process.env.XDG_CACHE_HOME),
        '~/.cache/segmentry/models',
      ),
    )
    .option('--url <address>', 'put it into the deployment at this address too, as its admin')
    .option('--profile <name>', 'the same, by a stored login')
    .option('--json', 'print JSON')
    .action(async (name: string, flags: AddFlags) => {
      const added = await add(name, flags);
      const { path, manifest } = added;
      const { id, version, classes, licence } = manifest;
      if (flags.url !== undefined || flags.profile !== undefined) {
        const { sendModel } = await import('./add/send-model.ts');
        await sendModel(added, connect(flags));
        printDone(`${id} ${version} is available to jobs (${licence})`, { id, version, licence }, flags.json);
        return;
      }
      printDone(
        `${id} is ready (${classes.length} classes, ${licence}): ${path}\nUse it: segmentry detect PHOTO --model ${path}`,
        { id, path, licence },
        flags.json,
      );
    });
}

/** From wherever a model of that name comes. */
async function add(name: string, { acceptLicence, from, sha256, cache }: AddFlags): Promise<AddedModel> {
  const folder = resolvePath(cache);
  const say = (text: string) => console.error(text);
  if (name === COMMON_OBJECTS.id) {
    const { readModel } = await import('./read-model.ts');
    const path = await ensureCommonObjects(folder);
    return { path, manifest: (await readModel(path)).manifest };
  }
  if (name.toLowerCase().endsWith('.onnx')) {
    const { readModel } = await import('./read-model.ts');
    const path = resolvePath(name);
    return { path, manifest: (await readModel(path)).manifest };
  }
  const direct = findDirectModel(name, { from, sha256 });
  if (direct !== undefined) {
    const { addDirectModel } = await import('./add/add-direct-model.ts');
    return addDirectModel(direct, folder, say);
  }
  const { addModel } = await import('./add/add-model.ts');
  return addModel(findOfficialWeights(name, from), folder, {
    askLicence: acceptLicence ? async () => true : askLicence,
    exportToOnnx,
    say,
  });
}
