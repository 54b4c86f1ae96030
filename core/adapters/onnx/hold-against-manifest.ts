import type { InferenceSession } from 'onnxruntime-node';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import type { ModelLayout } from '../../vision/model-layout.ts';
import { listLayouts } from '../../vision/recognise-layout.ts';
import { type LayoutHints, UnknownModelLayoutError } from '../../vision/seen-outputs.ts';
import { readInputSize, readOutputs } from './read-shapes.ts';
import { listOrRefuse, UnusableModelError } from './unusable-model.ts';

/** Boxes alone, or masks too. */
export const taskOf = ({ masks }: ModelLayout): ModelManifest['task'] =>
  masks === undefined ? 'detect' : 'segment';

/**
 * The layout that the manifest names, held against what the file shows.
 * @throws UnusableModelError naming what differs.
 */
export async function holdAgainstManifest(
  session: InferenceSession,
  manifest: ModelManifest,
): Promise<ModelLayout> {
  const { inputSize, classes, family, outputs: values } = manifest;
  const own = readInputSize(session);
  if (own !== undefined && (own.width !== inputSize.width || own.height !== inputSize.height)) {
    throw mismatch(`an input of ${inputSize.width} x ${inputSize.height}`, `${own.width} x ${own.height}`);
  }
  const outputs = await readOutputs(session, inputSize);
  const classCount = classes.length;
  const seen = (hints: LayoutHints) => listIfAny(() => listLayouts(outputs, inputSize, hints));
  const layout = seen({ classCount, family, values });
  if (layout === undefined) {
    const other = seen({ classCount });
    if (other !== undefined) throw mismatch(`the family ${family}`, other.family);
    const anyCount = seen({ family }) ?? seen({});
    if (anyCount !== undefined) throw mismatch(`${classCount} classes`, String(anyCount.classCount));
    return listOrRefuse(outputs, inputSize, { classCount, family })[0];
  }
  const task = taskOf(layout);
  if (task !== manifest.task) throw mismatch(`the task ${manifest.task}`, task);
  return layout;
}

function listIfAny(list: () => readonly ModelLayout[]): ModelLayout | undefined {
  try {
    return list()[0];
  } catch (error) {
    if (error instanceof UnknownModelLayoutError) return undefined;
    throw error;
  }
}

const mismatch = (named: string, seen: string) =>
  new UnusableModelError(`The manifest names ${named}; the file has ${seen}.`, { code: 'manifest_mismatch' });
