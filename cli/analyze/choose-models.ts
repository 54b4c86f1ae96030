import { type Model, type Segmentry, SegmentryError } from '../../client/index.ts';
import { nameSome } from '../../core/domain/entities/errors.ts';
import { defaultModel, shippedModelIds } from '../models/default-model.ts';

/**
 * The models that were named; else the obvious one: the only one, or the model in the box where only models of the
 * box are deployed.
 * @throws SegmentryError `model_not_chosen`
 */
export async function chooseModels(segmentry: Segmentry, named: readonly string[] = []): Promise<string[]> {
  if (named.length > 0) return [...named];
  const ids: string[] = [];
  for await (const model of segmentry.list('listModels')) if (isAvailable(model)) ids.push(model.id);
  if (ids.length === 1) return ids;
  const inTheBox = defaultModel().manifest.id;
  const shipped = shippedModelIds();
  if (ids.includes(inTheBox) && ids.every((id) => shipped.includes(id))) return [inTheBox];
  throw new SegmentryError(
    'model_not_chosen',
    ids.length === 0
      ? 'This deployment has no model yet.'
      : `Say by --model which model is to look at it: ${nameSome(ids)}.`,
  );
}

const isAvailable = ({ versions }: Model) => versions.some(({ status }) => status === 'available');
