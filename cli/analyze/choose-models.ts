import { type Model, type Segmentry, SegmentryError } from '../../client/index.ts';
import { COMMON_OBJECTS } from '../../core/composition/common-objects.ts';
import { findShippedModels } from '../../core/composition/shipped-models.ts';
import { nameSome } from '../../core/domain/entities/errors.ts';

/**
 * The models that were named; else the obvious one: the only one; or where there are no others than `npm start` brings
 * along, the one of ordinary things, for photographs are mostly of those.
 * @throws SegmentryError `model_not_chosen`
 */
export async function chooseModels(segmentry: Segmentry, named: readonly string[] = []): Promise<string[]> {
  if (named.length > 0) return [...named];
  const { items } = await segmentry.api.listModels();
  const ids = items.filter(isAvailable).map(({ id }) => id);
  if (ids.length === 1) return ids;
  const shipped = findShippedModels();
  const ofTheBox = [COMMON_OBJECTS.id, ...shipped.map(({ id }) => id)];
  const obvious = [COMMON_OBJECTS.id, shipped[0].id].find((id) => ids.includes(id));
  if (obvious !== undefined && ids.every((id) => ofTheBox.includes(id))) return [obvious];
  throw new SegmentryError(
    'model_not_chosen',
    ids.length === 0
      ? 'This deployment has no model yet.'
      : `Say by --model which model is to look at it: ${nameSome(ids)}.`,
  );
}

const isAvailable = ({ versions }: Model) => versions.some(({ status }) => status === 'available');
