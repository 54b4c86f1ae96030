import { type Dataset, type Segmentry, SegmentryError } from '../../client/index.ts';

/** A dataset by its id or its name. @throws SegmentryError `dataset_not_found` */
export async function findDataset(segmentry: Segmentry, nameOrId: string): Promise<Dataset> {
  const found = await lookForDataset(segmentry, nameOrId);
  if (found !== undefined) return found;
  throw new SegmentryError(
    'dataset_not_found',
    `You have no dataset "${nameOrId}". "segmentry datasets" lists yours.`,
  );
}

export async function findOrCreateDataset(segmentry: Segmentry, nameOrId: string): Promise<Dataset> {
  const found = await lookForDataset(segmentry, nameOrId);
  return found ?? (await segmentry.api.createDataset({ name: nameOrId }));
}

async function lookForDataset(segmentry: Segmentry, nameOrId: string): Promise<Dataset | undefined> {
  const name = nameOrId.toLowerCase();
  for await (const dataset of segmentry.list('listDatasets')) {
    if (dataset.id === nameOrId || dataset.name.toLowerCase() === name) return dataset;
  }
  return undefined;
}
