import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import type { Video, VideoRepository } from '../../../domain/entities/video.ts';
import { getAll } from '../table/get-all.ts';
import { readPage } from '../table/read-page.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';
import { deletedMediaPart } from './deleted-media.ts';

/** Time to live removes late: a video whose time is over is gone for everyone before that. */
const isThere = ({ expiresAt = '9' }: Video) => expiresAt > new Date().toISOString();

export function createVideoRecords(table: SegmentryTable): VideoRepository {
  const { video: videos } = table.entities;

  return {
    async find(id: string): Promise<Video | undefined> {
      const { data } = await videos.get({ id }).go({ consistent: true });
      return data !== null && isThere(data) ? data : undefined;
    },

    /** The user's own among `ids`. */
    async findOwn(ids: readonly string[], userId: string): Promise<Map<string, Video>> {
      const keys = [...new Set(ids)].map((id) => ({ id }));
      const found = await getAll(keys, (some) => videos.get(some).go({ consistent: true }));
      const own = found.filter((video) => video.userId === userId && isThere(video));
      return new Map(own.map((video) => [video.id, video]));
    },

    /** Newest first. */
    async list(userId: string, page: PageRequest): Promise<Page<Video>> {
      const { items, next } = await readPage<Video>(videos.query.byUser({ userId }), page);
      return { items: items.filter(isThere), next };
    },

    async rename({ id }: Video, filename: string, modifiedAt: string): Promise<void> {
      await videos.patch({ id }).set({ filename, modifiedAt }).go().catch(unlessConditionFailed);
    },

    async remove({ id }: Video): Promise<void> {
      await writeTransaction(() =>
        table.transaction
          .write((entities) => [entities.video.delete({ id }).commit(), deletedMediaPart(entities, id)])
          .go(),
      );
    },
  };
}
