import type { PurgeMediaPorts } from '../../../domain/cleanup/purge-media.ts';
import {
  type Analysis,
  analysisFingerprint,
  type CachedResults,
  type ResultCache,
} from '../../../domain/media/result-cache.ts';
import { deleteAll } from '../table/delete-all.ts';
import { getAll } from '../table/get-all.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

/** Knows analyses that have been made before. */
export function createResultCache({
  entities,
}: SegmentryTable): ResultCache & PurgeMediaPorts['resultCache'] {
  return {
    async find(analyses: readonly Analysis[]): Promise<CachedResults> {
      const keys = analyses.map((analysis) => ({
        imageId: analysis.imageId,
        fingerprint: analysisFingerprint(analysis),
      }));
      const found = await getAll(keys, (some) => entities.cachedResult.get(some).go({ consistent: true }));
      return new Map(
        found.map(({ imageId, fingerprint, ...result }) => [`${imageId} ${fingerprint}`, result]),
      );
    },

    /** Those of an image that is gone. */
    async forget(imageId: string): Promise<void> {
      const { data } = await entities.cachedResult.query.byImage({ imageId }).go({ pages: 'all' });
      const keys = data.map(({ fingerprint }) => ({ imageId, fingerprint }));
      await deleteAll(keys, (some) => entities.cachedResult.delete(some));
    },
  };
}
