import { expect, it } from 'vitest';
import type { Image } from '../../../../core/domain/entities/image.ts';
import { makeThumbnail } from '../../../../core/domain/media/make-thumbnail.ts';

const image: Image = {
  id: 'image-1',
  userId: 'usr_1',
  sha256: 'a'.repeat(64),
  filename: 'a.jpg',
  width: 10,
  height: 10,
  sizeBytes: 3,
  originalSizeBytes: 3,
  contentType: 'image/jpeg',
  uploadedAt: '2026-01-01T00:00:00.000Z',
  modifiedAt: '2026-01-01T00:00:00.000Z',
};

/** A bucket with the image, whose small one is its first byte. */
function createWorld() {
  const stored = new Map([['images/image-1', new Uint8Array([7, 8, 9])]]);
  const types = new Map<string, string>();
  const ports = {
    images: { find: async (id: string) => (id === image.id ? image : undefined) },
    objects: {
      has: async (key: string) => stored.has(key),
      get: async (key: string) => stored.get(key) ?? new Uint8Array(),
      put: async (key: string, body: Uint8Array | string, contentType: string) => {
        stored.set(key, Buffer.from(body));
        types.set(key, contentType);
      },
    },
    shrink: async (bytes: Uint8Array) => bytes.slice(0, 1),
  };
  const ask = (userId: string, prefetched: object = { image, content: undefined }) =>
    makeThumbnail(
      image.id,
      { principal: { userId, scopes: ['read'] }, prefetched: prefetched as never },
      ports,
    );
  return { stored, types, ask };
}

it('is made of the image, and kept as a WebP', async () => {
  const { stored, types, ask } = createWorld();
  expect(await ask('usr_1')).toBe('thumbnails/image-1.webp');
  expect([...(stored.get('thumbnails/image-1.webp') ?? [])]).toEqual([7]);
  expect(types.get('thumbnails/image-1.webp')).toBe('image/webp');
});

it('is made once: who asks again gets the one that was kept', async () => {
  const { stored, ask } = createWorld();
  await ask('usr_1');
  stored.set('thumbnails/image-1.webp', new Uint8Array([42]));
  expect(await ask('usr_1')).toBe('thumbnails/image-1.webp');
  expect([...(stored.get('thumbnails/image-1.webp') ?? [])]).toEqual([42]);
});

it('of an image that is named by its hash is the same', async () => {
  const { ask } = createWorld();
  const byHash = { image: undefined, content: { imageId: image.id } };
  expect(await ask('usr_1', byHash)).toBe('thumbnails/image-1.webp');
});

it('of somebody else is not to be had, and nothing is made', async () => {
  const { stored, ask } = createWorld();
  await expect(ask('usr_2')).rejects.toMatchObject({ code: 'image_not_found' });
  expect([...stored.keys()]).toEqual(['images/image-1']);
});
