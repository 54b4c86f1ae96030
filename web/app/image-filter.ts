import type { Job, ListedImage } from '../../client/index.ts';
import { segmentry } from './session.ts';

const KEYS = ['dataset', 'tag', 'search', 'class', 'status', 'from', 'to'] as const;
export type FilterKey = (typeof KEYS)[number];

/** Which images are listed; the address says it. `from` and `to` are days in the reader's own zone. */
export type ImageFilter = Readonly<Partial<Record<FilterKey, string>>>;

/** How an image stands: as its newest job does, or `none` where no model has looked at it. */
export const IMAGE_STATUSES = ['succeeded', 'failed', 'running', 'queued', 'canceled', 'none'] as const;

export function readFilter(query: URLSearchParams): ImageFilter {
  return Object.fromEntries(
    KEYS.flatMap((key) => {
      const value = query.get(key);
      return value === null || value === '' ? [] : [[key, value]];
    }),
  );
}

/** `?dataset=…&tag=…`, or nothing. */
export function searchOf(filter: ImageFilter): string {
  const query = new URLSearchParams(filter as Record<string, string>).toString();
  return query === '' ? '' : `?${query}`;
}

/** Jobs of each image, newest first. */
export type JobsByImage = ReadonlyMap<string, readonly Job[]>;

/** Jobs for one image on average, so that a page of images finds its own. */
export const JOBS_AN_IMAGE = 3;

/** Whether something is filtered by that the service can't look up, so that images are looked through here. */
export const isLookedThrough = ({ dataset: _, tag: __, ...own }: ImageFilter) => Object.keys(own).length > 0;

/** Whether it asks what was found, or how that stands. */
export const needsJobs = ({ class: name, status }: ImageFilter) => name !== undefined || status !== undefined;

/** The images of a dataset and a tag, where the filter names them, newest first. */
export function listImages({ dataset, tag }: ImageFilter, signal?: AbortSignal): AsyncIterable<ListedImage> {
  const request = { ...(dataset !== undefined && { dataset }), ...(tag !== undefined && { tag }) };
  return segmentry.list('listImages', request, { signal });
}

export const listJobs = (signal?: AbortSignal): AsyncIterable<Job> =>
  segmentry.list('listJobs', {}, { signal });

export const groupByImage = (jobs: readonly Job[]): JobsByImage =>
  Map.groupBy(jobs, ({ image = '' }) => image);

export function fits(
  { filename, uploadedAt }: Pick<ListedImage, 'filename' | 'uploadedAt'>,
  jobs: readonly Job[],
  { search, class: name, status, from, to }: ImageFilter,
): boolean {
  const at = new Date(uploadedAt);
  return (
    (search === undefined || searchable(filename).includes(searchable(search))) &&
    (name === undefined || classesOf(jobs).includes(name)) &&
    (status === undefined || (jobs[0]?.status ?? 'none') === status) &&
    (from === undefined || at >= startOf(from, 0)) &&
    (to === undefined || at < startOf(to, 1))
  );
}

/** One letter may be written in two ways: names from a Mac often have their accents apart. */
const searchable = (text: string) => text.normalize('NFC').toLowerCase();

export const classesOf = (jobs: readonly Job[]): string[] => [
  ...new Set(jobs.flatMap(({ summary }) => summary?.map(({ class: name }) => name) ?? [])),
];

/** Without a zone, a date and time are the reader's own. */
function startOf(day: string, daysLater: number): Date {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + daysLater);
  return date;
}
