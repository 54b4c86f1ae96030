import { expect } from 'vitest';
import { cancelBatch, retryBatch } from '../../../core/domain/batches/control-batch.ts';
import { createBatch } from '../../../core/domain/batches/create-batch.ts';
import { uploadImage } from '../../../core/domain/media/upload-image.ts';
import { createUpload } from '../../../core/domain/uploads/create-upload.ts';
import type { Archive } from '../../../core/domain/uploads/zip-entry.ts';
import { type FaultWorld, POISON } from './fault-world.ts';
import { OPTIONS } from './media-world.ts';

const principal = { userId: 'usr_1', role: 'user', scopes: ['read', 'write'] } as const;
const image = (byte: number) => new Uint8Array([byte]);

const archiveOf = (entries: Record<string, Uint8Array>): Archive => ({
  sizeBytes: 1_000_000,
  entryCount: Object.keys(entries).length,
  async *entries(from) {
    for (const [index, name] of Object.keys(entries).entries()) {
      const facts = { compressedBytes: 10, uncompressedBytes: 20, isEncrypted: false, isSymlink: false };
      if (index >= (from?.index ?? 0)) yield { index, offset: index, name, ...facts };
    }
  },
  async *unpack({ name }) {
    yield entries[name] ?? expect.fail(`no ${name}`);
  },
});

/** Uploads by all ways, two batches of which one is canceled and one retried, and all that follows. */
export async function playLife(world: FaultWorld): Promise<void> {
  const { ports, insist, media, archives, arrive, drain, reconcileIn } = world;
  const context = (origin: object) =>
    ({ principal, origin, prefetched: { openJobs: 0, credits: undefined, dataset: undefined } }) as never;
  const direct = (bytes: Uint8Array) =>
    insist((origin) =>
      uploadImage(
        { bytes, filename: 'a.jpg', models: ['food'], keep: 'compressed', options: OPTIONS },
        context(origin),
        { ...ports, jobs: media.jobs },
      ),
    );
  const form = async (kind: 'image' | 'zip') => {
    const { upload } = await insist((origin) =>
      createUpload(
        {
          kind,
          filename: `a.${kind}`,
          contentType: 'image/jpeg',
          sizeBytes: 1,
          keep: 'compressed',
          models: ['food'],
          framesPerSecond: 1,
        } as never,
        context(origin),
        {
          ...ports,
          presignUpload: async () => ({ url: '', fields: {} }),
          limits: { bytes: { image: 10, zip: 10, video: 10 }, expirySeconds: 60 },
        } as never,
      ),
    );
    return `uploads/${upload.id}`;
  };
  const good = await direct(image(1));
  const bad = await direct(image(POISON));
  const imageKey = await form('image');
  media.objects.set(imageKey, image(2));
  arrive(imageKey);
  arrive(imageKey);
  const zipKey = await form('zip');
  archives.set(
    zipKey,
    archiveOf({ 'a.jpg': image(3), 'b.txt': image(4), 'c.jpg': image(3), 'd.jpg': image(5) }),
  );
  arrive(zipKey);
  await drain();
  const images = [good.image.id, bad.image.id];
  const batch = (confidence: number) =>
    insist((origin) =>
      createBatch(
        { images, models: ['food'], options: { ...OPTIONS, confidence } },
        context(origin),
        ports as never,
      ),
    );
  const retried = await batch(0.3);
  const canceled = await batch(0.4);
  await insist(() => cancelBatch(canceled.id, principal as never, ports));
  await drain();
  await insist(() => retryBatch(retried.id, context({}), ports));
  await drain();
  // Minutes for what has died, and days for what is lost.
  for (const minutes of [3, 20, 20, 20, 6 * 24 * 60, 20, 20, 20]) await reconcileIn(minutes);
}
