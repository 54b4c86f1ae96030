import { expect } from 'vitest';
import type { Outcome } from '../check-outcome.ts';
import type { FaultRun } from './fault-run.ts';

type Item = Record<string, unknown>;

/** Everything that clients were told is accepted is there, unless they have deleted it. */
export function checkAccepted({ users }: Pick<FaultRun, 'users'>, { of }: Outcome): void {
  const images = new Set([...of('image'), ...of('video')].map(({ id }) => id));
  const analysed = new Set(of('job').map(({ mediaId }) => mediaId));
  const uploads = new Map(of('upload').map((upload) => [upload.id, upload]));
  const chunks = Map.groupBy(of('uploadChunk'), ({ id }) => id);
  for (const { images: sent, uploads: forms, deletedImages } of users) {
    const lost = [...sent].filter((id) => !images.has(id) && !deletedImages.has(id));
    expect(lost, 'images that were accepted and are gone').toEqual([]);
    for (const [id, fileCount] of forms) {
      const upload = uploads.get(id) ?? expect.fail(`The upload ${id} is gone.`);
      const { taken, refused } = entriesOf([upload, ...(chunks.get(id) ?? [])]);
      const missing = taken.filter((each) => !images.has(each) || !analysed.has(each));
      expect(missing.filter((each) => !deletedImages.has(each))).toEqual([]);
      // Of what a chunk lost that was given up, one line tells how many there are.
      const { entriesRefused = refused.length } = upload as { entriesRefused?: number };
      expect([id, taken.length + entriesRefused]).toEqual([id, fileCount]);
      expect([id, refused.length > 0]).toEqual([id, entriesRefused > 0]);
    }
  }
}

function entriesOf(parts: readonly Item[]) {
  const taken = new Set(
    parts.flatMap(({ images, videos }) => [...(images as string[]), ...(videos as string[])]),
  );
  const refused = parts.flatMap(({ refused: lines }) => lines as { code: string }[]);
  return { taken: [...taken], refused };
}

const OWNED = [
  'image',
  'video',
  'job',
  'upload',
  'batch',
  'webhook',
  'session',
  'creditAccount',
  'creditEntry',
];

/** Of those who have left nothing is left. */
export function checkErased({ leaving }: Pick<FaultRun, 'leaving'>, { of, objectKeys }: Outcome): void {
  const erased = leaving.filter(({ isErased }) => isErased);
  const gone = new Set<unknown>(erased.map(({ id }) => id));
  const left = OWNED.flatMap((entity) => of(entity).filter(({ userId }) => gone.has(userId)));
  expect(left.map(({ __edb_e__: entity, id }) => `${entity} ${id}`)).toEqual([]);
  const holders = new Set([...of('user'), ...of('session')].map(({ id }) => id));
  expect(of('credential').filter(({ holder }) => !holders.has(holder))).toEqual([]);
  const ids = erased.flatMap(({ images, jobs, uploads }) => [...images, ...jobs, ...uploads.keys()]);
  expect(objectKeys.filter((key) => ids.some((id) => key.includes(id)))).toEqual([]);
}
