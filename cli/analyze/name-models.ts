/** What `id@version` is called beside these others: its id, where no other version of it is among them. */
export function nameModels(models: Iterable<string>): (model: string) => string {
  const versions = Map.groupBy(new Set(models), idOf);
  return (model) => ((versions.get(idOf(model))?.length ?? 0) > 1 ? model : idOf(model));
}

const idOf = (model: string) => model.replace(/@.*/, '');
