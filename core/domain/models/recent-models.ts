import type { ModelCatalogue, ModelRepository, RegisteredModel } from '../entities/model.ts';

/** How old a list may be that names are looked up in. */
const RECENT_MS = 5000;

/** Models as they were up to five seconds ago: a process that takes many images does not read them for each. */
export function createRecentModels(
  { list }: Pick<ModelRepository, 'list'>,
  now: () => Date,
): Required<ModelCatalogue> {
  let recent: { readonly models: Promise<RegisteredModel[]>; readonly untilMs: number } | undefined;

  function listAnew(): Promise<RegisteredModel[]> {
    const models = list();
    recent = { models, untilMs: now().getTime() + RECENT_MS };
    // A failure is not kept.
    models.catch(() => {
      recent = undefined;
    });
    return models;
  }

  return {
    listAnew,
    list: () => (recent !== undefined && now().getTime() < recent.untilMs ? recent.models : listAnew()),
  };
}
