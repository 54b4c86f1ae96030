import { basename } from 'node:path';
import { ModelId } from '../../core/contracts/model-manifest.ts';
import { UsageError } from '../setup-error.ts';

const FIRST_VERSION = '1';

/**
 * The name a weights file gets in the stack: `YOLOv8n Seg.onnx` becomes `yolov8n-seg`, version 1.
 * @throws UsageError where nothing of the file's name can be used.
 */
export function nameModel(path: string): { id: string; version: string } {
  const id = basename(path)
    .replace(/\.onnx$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
  const checked = ModelId.safeParse(id);
  if (checked.success) return { id: checked.data, version: FIRST_VERSION };
  throw new UsageError(
    `The file name ${basename(path)} has no letter or digit that the model could be named by. Rename it.`,
  );
}

/** The models of these files, each under a name of its own. @throws UsageError where a name is in use. */
export function nameModels(paths: readonly string[], taken: readonly string[]) {
  const pathOf = new Map<string, string | undefined>(taken.map((id) => [id, undefined]));
  return paths.map((path) => {
    const name = nameModel(path);
    if (pathOf.has(name.id)) {
      const other = pathOf.get(name.id);
      throw new UsageError(
        `${path} would be the model ${name.id}, as ${other ?? 'one that is there already'} is. Rename the file: models are named by theirs.`,
      );
    }
    pathOf.set(name.id, path);
    return { path, ...name };
  });
}
