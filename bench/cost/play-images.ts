import { createOutbox } from '../../core/adapters/dynamodb/stream/outbox.ts';
import { uploadImage } from '../../core/domain/media/upload-image.ts';
import { createUpload } from '../../core/domain/uploads/create-upload.ts';
import type { Archive } from '../../core/domain/uploads/zip-entry.ts';
import { createFaultWorld } from '../../test/helpers/memory-table/fault-world.ts';
import { OPTIONS } from '../../test/helpers/memory-table/media-world.ts';
import { meterWrites, type Units } from './meter-writes.ts';

export const IMAGES = 100;

const principal = {
  userId: 'usr_00000000000000000000000000000001',
  role: 'user',
  scopes: ['read', 'write'],
} as const;
const context = (origin: object) =>
  ({ principal, origin, prefetched: { openJobs: 0, credits: undefined, dataset: undefined } }) as never;
/** Each image has bytes of its own, or the second would be the first. */
const image = (index: number) => new TextEncoder().encode(`image ${index}`);

const archive: Archive = {
  sizeBytes: 1_000_000,
  entryCount: IMAGES,
  async *entries(from) {
    for (let index = from?.index ?? 0; index < IMAGES; index += 1) {
      const facts = { compressedBytes: 10, uncompressedBytes: 20, isEncrypted: false, isSymlink: false };
      yield { index, offset: index, name: `IMG_${index}.jpg`, ...facts };
    }
  },
  async *unpack({ index }) {
    yield image(index);
  },
};

/** Nobody dies, and every message comes once. */
const newWorld = () => createFaultWorld(undefined, () => 0);
type World = ReturnType<typeof newWorld>;

/** What follows an end of a job: it is announced, and settled. */
async function settleJobs({ media }: World): Promise<void> {
  const ids = media.itemsOf('job').map(({ id }) => String(id));
  const jobs = await media.jobs.findAll(ids);
  await createOutbox(media.table).settle(jobs.map((after) => ({ entity: 'job', before: undefined, after })));
}

async function sendDirectly(world: World): Promise<void> {
  const { ports, media } = world;
  for (let index = 0; index < IMAGES; index += 1) {
    const request = {
      bytes: image(index),
      filename: `IMG_${index}.jpg`,
      models: ['food'],
      keep: 'compressed',
    } as const;
    const origin = { id: `request ${index}`, isRepeat: false };
    await uploadImage({ ...request, options: OPTIONS }, context(origin), { ...ports, jobs: media.jobs });
  }
}

async function sendAsZip(world: World): Promise<void> {
  const limits = { bytes: { image: 10, zip: 1e9, video: 10 }, expirySeconds: 60 };
  const { upload } = await createUpload(
    {
      kind: 'zip',
      filename: 'a.zip',
      contentType: 'application/zip',
      sizeBytes: 1e6,
      models: ['food'],
      keep: 'compressed',
      framesPerSecond: 1,
    } as never,
    context({ id: 'zip', isRepeat: false }),
    { ...world.ports, presignUpload: async () => ({ url: '', fields: {} }), limits } as never,
  );
  world.archives.set(`uploads/${upload.id}`, archive);
  world.arrive(`uploads/${upload.id}`);
}

/** @returns what the table is written of each kind of record, until all results are there and announced. */
export async function playImages(by: 'request' | 'zip'): Promise<Units> {
  const world = newWorld();
  // The account is there before.
  await sendOne(world);
  const { units, stop } = meterWrites(world.media.memory);
  await (by === 'request' ? sendDirectly(world) : sendAsZip(world));
  await world.drain();
  await settleJobs(world);
  stop();
  return units;
}

async function sendOne(world: World): Promise<void> {
  const { ports, media } = world;
  await uploadImage(
    { bytes: new Uint8Array([1]), filename: 'a.jpg', models: [], keep: 'compressed', options: OPTIONS },
    context({ id: 'first', isRepeat: false }),
    { ...ports, jobs: media.jobs },
  );
}

/** Write request units of one image. */
export const unitsOfOne = (units: Units): number =>
  [...units.values()].reduce((sum, { table, indexes }) => sum + table + indexes, 0) / IMAGES;
