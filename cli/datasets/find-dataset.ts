import { type Dataset, type Segmentry, SegmentryError } from '../../client/index.ts';

/** A dataset by its id or its name. @throws SegmentryError `dataset_not_found` */
export const findDataset = (segmentry: Segmentry, reference: string): Promise<Dataset> =>
  segmentry.api.getDataset({ id: reference });

export const findOrCreateDataset = (segmentry: Segmentry, reference: string): Promise<Dataset> =>
  findDataset(segmentry, reference).catch((error: unknown) => {
    if (!(error instanceof SegmentryError) || error.code !== 'dataset_not_found') throw error;
    return segmentry.api.createDataset({ name: reference });
  });
