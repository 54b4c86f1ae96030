import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ListedImage } from '../../client/index.ts';
import {
  fits,
  groupByImage,
  type ImageFilter,
  isLookedThrough,
  JOBS_AN_IMAGE,
  type JobsByImage,
  listImages,
  listJobs,
  needsJobs,
  searchOf,
} from './image-filter.ts';
import { useList } from './use-list.ts';
import { rememberList } from './use-neighbours.ts';

/** As many as the service gives at a time. */
const PAGE_SIZE = 100;
/** How many are looked through here at a time, where the service can't look up what they are filtered by. */
const LOOKED_THROUGH = 1_000;

export interface Images {
  /** Those that fit. */
  readonly images: readonly ListedImage[];
  readonly jobs: JobsByImage;
  /** Whether there is not so much as a first page yet. */
  readonly isWaiting: boolean;
  readonly isLoading: boolean;
  /** Whether there is no image at all, fitting or not. */
  readonly isEmpty: boolean;
  readonly error: unknown;
  /** How many have been asked for, fitting or not. */
  readonly lookedThrough: number;
  /** Whether there are no more than these. */
  readonly isWhole: boolean;
  /** Asks for those that come after. */
  more(): void;
  reload(): void;
}

/** The images that fit, newest first, as far as they have been asked for. */
export function useImages(filter: ImageFilter, finishedUploads: number): Images {
  const search = searchOf(filter);
  const step = isLookedThrough(filter) ? LOOKED_THROUGH : PAGE_SIZE;
  const [most, setMost] = useState(step);
  const wanted = Math.max(most, step);
  const list = useList((signal) => listImages(filter, signal), wanted, [
    filter.dataset,
    filter.tag,
    finishedUploads,
  ]);
  const listedJobs = useList(listJobs, wanted * JOBS_AN_IMAGE, [finishedUploads]);
  const jobs = useMemo(() => groupByImage(listedJobs.items ?? []), [listedJobs.items]);
  const isWaiting = list.items === undefined || (needsJobs(filter) && listedJobs.items === undefined);
  const images = useMemo(
    () =>
      isWaiting ? [] : (list.items ?? []).filter((image) => fits(image, jobs.get(image.id) ?? [], filter)),
    [list.items, jobs, isWaiting, search],
  );
  useEffect(() => {
    if (isWaiting) return;
    rememberList(
      filter,
      images.map(({ id }) => id),
    );
  }, [images]);
  return {
    images,
    jobs,
    isWaiting,
    isLoading: list.isLoading,
    isEmpty: list.items?.length === 0,
    error: list.error ?? listedJobs.error,
    lookedThrough: list.items?.length ?? 0,
    isWhole: list.isWhole,
    more: () => setMost(wanted + step),
    reload: () => {
      list.reload();
      listedJobs.reload();
    },
  };
}
