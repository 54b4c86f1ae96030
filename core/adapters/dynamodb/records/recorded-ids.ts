import type { RemoveOrphansPorts } from '../../../domain/cleanup/remove-orphans.ts';
import { getAll } from '../table/get-all.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

/** Which records there are of those that objects in the bucket belong to. */
export function createRecordedIds({ entities }: SegmentryTable): RemoveOrphansPorts['listRecorded'] {
  const { image, video, job } = entities;
  const keysOf = (ids: readonly string[]) => ids.map((id) => ({ id }));
  const lists = {
    images: (ids: readonly string[]) =>
      getAll(keysOf(ids), (keys) => image.get(keys).go({ attributes: ['id'] })),
    videos: (ids: readonly string[]) =>
      getAll(keysOf(ids), (keys) => video.get(keys).go({ attributes: ['id'] })),
    results: (ids: readonly string[]) =>
      getAll(keysOf(ids), (keys) => job.get(keys).go({ attributes: ['id'] })),
  };
  const listed = { ...lists, thumbnails: lists.images, overlays: lists.results };
  return async (folder, ids) => {
    const records = await listed[folder](ids);
    return new Set(records.map(({ id }) => id));
  };
}
