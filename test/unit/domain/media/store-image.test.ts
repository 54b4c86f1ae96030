import { expect, it } from 'vitest';
import {
  ContentTakenError,
  type IncomingImage,
  storeAndRecord,
} from '../../../../core/domain/media/store-image.ts';
import {
  createMediaWorld,
  type MediaWorld,
  MODEL,
  OPTIONS,
} from '../../../helpers/memory-table/media-world.ts';

type Write = Parameters<typeof storeAndRecord>[1];

const DAY_MS = 24 * 3600 * 1000;
const daysFrom = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

const incoming = (imageId: string, changes: Partial<IncomingImage> = {}): IncomingImage => ({
  imageId,
  userId: 'usr_1',
  filename: 'lunch.jpg',
  bytes: new Uint8Array([1, 2, 3]),
  keep: 'compressed',
  options: OPTIONS,
  jobs: [{ id: `job_${imageId}`, model: MODEL }],
  ...changes,
});

const store = (image: IncomingImage, { ports, images }: MediaWorld) =>
  storeAndRecord(image, (each) => images.create(each, undefined), ports);

/** As time to live has it that is days late: the image's time is over, its records stand. */
async function storeExpired(world: MediaWorld) {
  await store(incoming('old', { retentionDays: 1 }), world);
  await world.table.entities.image
    .patch({ id: 'old' })
    .set({ expiresAt: daysFrom(-1) })
    .go();
}

it('takes bytes again whose image has expired while its records still stand', async () => {
  const world = createMediaWorld();
  await storeExpired(world);
  const { image, isNew } = await store(incoming('new'), world);
  expect({ id: image.id, isNew }).toEqual({ id: 'new', isNew: true });
  expect(world.counts.puts).toBe(2);
  expect(world.itemsOf('imageContent')).toMatchObject([{ imageId: 'new' }]);
  // What forgets the expired image later leaves the new one alone.
  await world.images.releaseContent({ id: 'old', userId: 'usr_1', sha256: image.sha256 });
  expect(world.itemsOf('imageContent')).toMatchObject([{ imageId: 'new' }]);
});

it('lets one of two take over the bytes of an expired image; the other finds that one', async () => {
  const world = createMediaWorld();
  await storeExpired(world);
  const stored = await Promise.all([store(incoming('a'), world), store(incoming('b'), world)]);
  const [winner] = stored.filter(({ isNew }) => isNew).map(({ image }) => image.id);
  expect(stored.map(({ image }) => image.id)).toEqual([winner, winner]);
  expect([...world.objects.keys()].sort()).toEqual([`images/${winner}`, 'images/old'].sort());
});

it('takes over a claim whose image is gone altogether', async () => {
  const world = createMediaWorld();
  await store(incoming('old'), world);
  await world.table.entities.image.delete({ id: 'old' }).go();
  expect((await store(incoming('new'), world)).image.id).toBe('new');
});

it('gives up where the bytes never hold still, and leaves nothing', async () => {
  const world = createMediaWorld();
  let attempts = 0;
  const write = () => {
    attempts += 1;
    return Promise.reject(new ContentTakenError('…'));
  };
  await expect(storeAndRecord(incoming('new'), write, world.ports)).rejects.toThrow(ContentTakenError);
  expect(attempts).toBeLessThan(10);
  expect(world.objects.size).toBe(0);
});

it.each([
  ['longer', 30, 30],
  ['for ever', 0, undefined],
  ['shorter', 2, 10],
])('keeps an image that comes again as long as it was promised: %s', async (_, days, expected) => {
  const world = createMediaWorld();
  await store(incoming('first', { retentionDays: 10 }), world);
  const { image } = await store(incoming('again', { retentionDays: days }), world);
  const [record] = world.itemsOf('image');
  expect(image.id).toBe('first');
  expect(record?.expiresAt).toBe(image.expiresAt);
  const left = image.expiresAt && Math.round((Date.parse(image.expiresAt) - Date.now()) / DAY_MS);
  expect(left).toBe(expected);
  expect(record?.ttl === undefined).toBe(expected === undefined);
});

it.each<[string, (world: MediaWorld) => Write]>([
  [
    'by a request',
    ({ images }) =>
      (each) =>
        images.create(each, undefined),
  ],
  ['by a message', ({ images }) => images.createOnce],
])('keeps an image for ever that was promised so while it came with an end, %s', async (_, writeIn) => {
  let isLate = false;
  let known: object | undefined;
  let meanwhile = async (): Promise<unknown> => undefined;
  const world = createMediaWorld(async (command, run) => {
    // An index that is behind all the while.
    if (command === 'QueryCommand' && isLate) known ??= run() as object;
    if (command === 'QueryCommand' && isLate) return structuredClone(known) as ReturnType<typeof run>;
    const act = meanwhile;
    if (command === 'TransactWriteCommand') meanwhile = async () => undefined;
    if (command === 'TransactWriteCommand') await act();
    return run();
  });
  await store(incoming('first', { retentionDays: 1 }), world);
  isLate = true;
  meanwhile = () => store(incoming('for-ever', { retentionDays: 0 }), world);
  const again = incoming('again', { retentionDays: 10 });
  const { image } = await storeAndRecord(again, writeIn(world), world.ports);
  expect(image.expiresAt).toBeUndefined();
  const [record] = world.itemsOf('image');
  expect({ until: record?.expiresAt, ttl: record?.ttl }).toEqual({ until: undefined, ttl: undefined });
  expect(world.itemsOf('job')).toHaveLength(3);
});
