import type { ObjectStore } from '../entities/objects.ts';
import { doEach } from './do-each.ts';

/**
 * Folders whose objects each belong to a record, with what the ids of those records begin with before their random
 * digits: an image, large or small, a video, or the job whose result or drawing it is.
 */
const FOLDERS = { images: '', thumbnails: '', videos: '', results: 'job_', overlays: 'job_' } as const;

export type RecordedFolder = keyof typeof FOLDERS;

export interface RemoveOrphansPorts {
  /** Which of the records that objects of the folder belong to are there. */
  readonly listRecorded: (folder: RecordedFolder, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly objects: Pick<ObjectStore, 'list' | 'remove'>;
}

/** Objects looked at in one run: what one answer of S3 holds. */
const OBJECTS_PER_RUN = 1000;
/** Who writes an object writes its record right after, and has 15 minutes for both at most. */
const GRACE_MS = 60 * 60 * 1000;
const MINUTE_MS = 60_000;
/** Multiples of it, without their whole parts, fill 0 to 1 evenly however many there are. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;
const PLACES = 2 ** 32;

/**
 * Removes objects that have no record: whoever stored them died before it had written one, and nobody came again.
 * Each minute one folder is looked at, from a place that follows from the time on; a folder of up to a thousand objects
 * is seen whole, and a larger one evenly, minute by minute.
 * @returns how many were removed.
 */
export async function removeOrphans(
  now: Date,
  { listRecorded, objects }: RemoveOrphansPorts,
): Promise<number> {
  const minute = Math.floor(now.getTime() / MINUTE_MS);
  const names = Object.keys(FOLDERS) as RecordedFolder[];
  const folder = names[minute % names.length] as RecordedFolder;
  const before = new Date(now.getTime() - GRACE_MS);
  const seen = await listFrom(placeOf(folder, Math.floor(minute / names.length)), folder, objects);
  const old = seen.filter(({ writtenAt }) => writtenAt < before).map(({ key }) => key);
  const recorded = await listRecorded(folder, [...new Set(old.map(idOf))]);
  const orphans = old.filter((key) => !recorded.has(idOf(key)));
  await doEach(orphans, (key) => objects.remove(key));
  return orphans.length;
}

function placeOf(folder: RecordedFolder, turn: number): string {
  const place = Math.floor(((turn * GOLDEN_RATIO) % 1) * PLACES);
  return `${folder}/${FOLDERS[folder]}${place.toString(16).padStart(8, '0')}`;
}

/** Objects from a place on, and where they end before the thousandth, from the folder's beginning on up to it. */
async function listFrom(place: string, folder: RecordedFolder, objects: RemoveOrphansPorts['objects']) {
  const after = await objects.list({ folder, after: place, limit: OBJECTS_PER_RUN });
  if (after.length === OBJECTS_PER_RUN) return after;
  const first = await objects.list({ folder, limit: OBJECTS_PER_RUN - after.length });
  return [...after, ...first.filter(({ key }) => key <= place)];
}

/** `results/job_1/2.jsonl` belongs to `job_1`. */
const idOf = (key: string) => key.split('/')[1]?.split('.')[0] ?? '';
