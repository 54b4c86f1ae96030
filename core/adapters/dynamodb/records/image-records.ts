import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import { Sha256 } from '../../../contracts/ids.ts';
import type { Image, ImageFilter, ImageRepository } from '../../../domain/entities/image.ts';
import { selectQueued } from '../../../domain/entities/job.ts';
import type { StoredImage } from '../../../domain/media/store-image.ts';
import { getAll } from '../table/get-all.ts';
import { type NamedPart, named } from '../table/named-transaction.ts';
import { readPage } from '../table/read-page.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable, TransactionEntities } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';
import { seatParts } from './batch-seats.ts';
import { deletedMediaPart } from './deleted-media.ts';
import { openJobParts } from './open-jobs.ts';

/** Pages that one request reads at most while it looks for what a filter lets through. */
const FILTER_PAGES = 20;

/** Time to live removes late: an image or a video whose time is over is gone for everyone before that. */
export const unlessExpired = <Thing extends Pick<Image, 'expiresAt'>>(
  thing: Thing | null | undefined,
): Thing | undefined =>
  thing === null || thing === undefined || (thing.expiresAt ?? '9') <= new Date().toISOString()
    ? undefined
    : thing;

/** When the table drops an image, in epoch seconds. */
const ttlOf = (expiresAt: string) => Math.ceil(Date.parse(expiresAt) / 1000);

/** The claim of an image on its content, taken over where it is that of an image that is gone. */
function contentPart({ imageContent }: TransactionEntities, { image, goneImageId }: StoredImage) {
  const { id: imageId, userId, sha256 } = image;
  const claim = { userId, sha256, imageId };
  if (goneImageId === undefined) return imageContent.create(claim).commit();
  return imageContent
    .put(claim)
    .where(({ imageId: holder }, { eq }) => eq(holder, goneImageId))
    .commit();
}

/**
 * Has an image that came again stay as long as the latest request may count on it. Unmet where another has had it stay
 * as long already, or for ever.
 */
function stayPart({ image: images }: TransactionEntities, { id, expiresAt }: Image) {
  const patch = images.patch({ id });
  return expiresAt === undefined
    ? patch.remove(['expiresAt', 'ttl']).commit()
    : patch
        .set({ expiresAt, ttl: ttlOf(expiresAt) })
        .where(({ expiresAt: known }, { lt }) => lt(known, expiresAt))
        .commit();
}

/**
 * The parts of a transaction that write a taken-in image: image and claim on its content first where it is
 * new, then its jobs.
 */
export function storedImageParts(entities: TransactionEntities, stored: StoredImage): NamedPart[] {
  const { image, jobs, isNew, staysLonger, seat } = stored;
  const { userId, expiresAt } = image;
  const ttl = expiresAt === undefined ? {} : { ttl: ttlOf(expiresAt) };
  return [
    ...(isNew
      ? [
          ['content', contentPart(entities, stored)] as const,
          ['image', entities.image.create({ ...image, ...ttl }).commit()] as const,
        ]
      : []),
    ...(staysLonger === true ? [['stay', stayPart(entities, image)] as const] : []),
    ...named(
      'job',
      jobs.map((each) => entities.job.create(each).commit()),
    ),
    ...seatParts(entities, seat, jobs),
    ...named('load', openJobParts(entities, userId, selectQueued(jobs).length)),
  ];
}

/** What a taken-in image is charged; to be written with its parts. */
export const paymentOf = ({ image, isNew, payment }: StoredImage) => ({
  userId: image.userId,
  state: payment.credits,
  movement: {
    kind: 'debit',
    charges: payment.charges,
    holdId: payment.holdId,
    reason: isNew ? 'image_accepted' : 'analysis',
  } as const,
});

export function createImageRecords(table: SegmentryTable): ImageRepository {
  const { image: images, imageContent: contents } = table.entities;

  const find = async (imageId: string): Promise<Image | undefined> =>
    unlessExpired((await images.get({ id: imageId }).go({ consistent: true })).data);

  return {
    find,

    /** The user's own images among `references` (ids or hashes), by reference. */
    async findOwn(references: readonly string[], userId: string): Promise<Map<string, Image>> {
      const wanted = [...new Set(references)];
      const hashes = wanted.filter((reference) => Sha256.safeParse(reference).success);
      const claims = await getAll(
        hashes.map((sha256) => ({ userId, sha256 })),
        (some) => contents.get(some).go({ consistent: true }),
      );
      const idOfHash = new Map(claims.map(({ sha256, imageId }) => [sha256, imageId]));
      const idOf = (reference: string) => idOfHash.get(reference) ?? reference;
      const keys = [...new Set(wanted.map(idOf))].map((id) => ({ id }));
      const found = await getAll(keys, (some) => images.get(some).go({ consistent: true }));
      const own = new Map(found.filter(unlessExpired).map((image) => [image.id, image]));
      return new Map(
        wanted.flatMap((reference) => {
          const image = own.get(idOf(reference));
          return image?.userId === userId ? [[reference, image]] : [];
        }),
      );
    },

    /** Newest first. A page may be short where most of what was read is filtered out. */
    async list(userId: string, { contentType, ids }: ImageFilter, page: PageRequest): Promise<Page<Image>> {
      const items: Image[] = [];
      let cursor = page.cursor;
      for (let read = 0; read < FILTER_PAGES; read++) {
        const query = images.query.byUser({ userId });
        const ofType =
          contentType === undefined
            ? query
            : query.where((image, { eq }) => eq(image.contentType, contentType));
        const found = await readPage<Image>(ofType, { limit: page.limit - items.length, cursor });
        items.push(...found.items.filter((image) => unlessExpired(image) && (ids?.has(image.id) ?? true)));
        if (found.next === null || items.length >= page.limit) return { items, next: found.next };
        cursor = found.next;
      }
      return { items, next: cursor ?? null };
    },

    async rename({ id }: Image, filename: string, modifiedAt: string): Promise<void> {
      await images.patch({ id }).set({ filename, modifiedAt }).go().catch(unlessConditionFailed);
    },

    /** Its claim on its content goes after it, and only where it is still its own. */
    async remove(image: Image): Promise<void> {
      await writeTransaction(() =>
        table.transaction
          .write((entities) => [
            entities.image.delete({ id: image.id }).commit(),
            deletedMediaPart(entities, image.id),
          ])
          .go(),
      );
      await this.releaseContent(image);
    },

    async releaseContent({ id, userId, sha256 }: Pick<Image, 'id' | 'userId' | 'sha256'>): Promise<void> {
      await contents
        .remove({ userId, sha256 })
        .where(({ imageId }, { eq }) => eq(imageId, id))
        .go()
        .catch(unlessConditionFailed);
    },
  };
}
