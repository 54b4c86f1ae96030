import { type Analysis, analysisFingerprint, type KnownResults } from '../../domain/known-result.ts';
import type { SegmentryTable } from './segmentry-table.ts';

/** Finds analyses that have been made before. */
export function createKnownResults({ entities }: SegmentryTable) {
  return {
    async find(analyses: readonly Analysis[]): Promise<KnownResults> {
      if (analyses.length === 0) return new Map();
      const keys = analyses.map((analysis) => ({
        imageId: analysis.imageId,
        fingerprint: analysisFingerprint(analysis),
      }));
      const { data } = await entities.knownResult.get(keys).go({ concurrency: 4 });
      return new Map(data.map(({ imageId, fingerprint, jobId }) => [`${imageId} ${fingerprint}`, jobId]));
    },
  };
}
