import { useEffect, useState } from 'preact/hooks';
import {
  fits,
  groupByImage,
  type ImageFilter,
  JOBS_AN_IMAGE,
  listImages,
  listJobs,
  needsJobs,
  searchOf,
} from './image-filter.ts';
import { navigate } from './router.tsx';
import { take } from './use-load.ts';

/** The list that was looked at last, so that going through it asks for nothing. */
let known: { readonly search: string; readonly ids: readonly string[] } | undefined;

export function rememberList(filter: ImageFilter, ids: readonly string[]): void {
  known = { search: searchOf(filter), ids };
}

const MOST = 500;

async function listIds(filter: ImageFilter, signal: AbortSignal): Promise<string[]> {
  const [images, listed] = await Promise.all([
    take(listImages(filter, signal), MOST),
    needsJobs(filter) ? take(listJobs(signal), MOST * JOBS_AN_IMAGE) : [],
  ]);
  const jobs = groupByImage(listed);
  return images.filter((image) => fits(image, jobs.get(image.id) ?? [], filter)).map(({ id }) => id);
}

/** What leads to the images before and after one, in the order of the list that the address names. */
export function useNeighbours(id: string, filter: ImageFilter) {
  const search = searchOf(filter);
  const [ids, setIds] = useState(known?.search === search ? known.ids : []);
  useEffect(() => {
    if (known?.search === search) return setIds(known.ids);
    const controller = new AbortController();
    listIds(filter, controller.signal).then(
      (found) => {
        rememberList(filter, found);
        setIds(found);
      },
      // Without the list there is no way on, and the picture is there all the same.
      () => undefined,
    );
    return () => controller.abort();
  }, [search]);
  const place = ids.indexOf(id);
  const goTo = (other: string | undefined) =>
    place < 0 || other === undefined ? undefined : () => navigate(`/images/${other}${search}`);
  return { onPrevious: goTo(ids[place - 1]), onNext: goTo(ids[place + 1]) };
}
