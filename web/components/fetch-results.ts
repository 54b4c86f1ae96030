import type { Job, ListedImage, Result } from '../../client/index.ts';
import type { JobsByImage } from '../app/image-filter.ts';
import { segmentry } from '../app/session.ts';

export interface FoundResult {
  readonly image: ListedImage;
  readonly result: Result;
}

/**
 * Of each image the newest result.
 * @throws Error where none of them has one.
 */
export async function fetchResults(
  images: readonly ListedImage[],
  jobs: JobsByImage,
): Promise<FoundResult[]> {
  const found: FoundResult[] = [];
  for (const image of images) {
    const job = await newestResult(image.id, jobs.get(image.id));
    if (job === undefined) continue;
    const result = await segmentry.api.getJobResult({ id: job.id });
    if ('detections' in result) found.push({ image, result });
  }
  if (found.length === 0) throw new Error('None of these images has a result yet. Analyse them first.');
  return found;
}

/** Old images may have jobs that the list was too short for. */
async function newestResult(id: string, known: readonly Job[] | undefined): Promise<Job | undefined> {
  const jobs = known ?? (await segmentry.api.listJobs({ image: id })).items;
  return jobs.find(({ status }) => status === 'succeeded');
}
