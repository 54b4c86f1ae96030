import type { SegmentOutcome } from '../../../domain/analysis/segment-outcome.ts';
import type { Job } from '../../../domain/entities/job.ts';
import { packJson, unpackJson } from '../table/packed-json.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

export interface VideoSegmentsOptions {
  /** How long a job may go without another segment. */
  readonly leaseSeconds: number;
  readonly now: () => Date;
}

/** How the segments of a video are counted: each once, however often its message comes. */
export function createVideoSegments(table: SegmentryTable, { leaseSeconds, now }: VideoSegmentsOptions) {
  const { videoSegment: segments } = table.entities;

  return {
    async has(jobId: string, segment: number): Promise<boolean> {
      const { data } = await segments.get({ jobId, segment }).go({ consistent: true });
      return data !== null;
    },

    async add({ id }: Job, { segment, ...outcome }: SegmentOutcome): Promise<void> {
      const leaseUntil = now().getTime() + leaseSeconds * 1000;
      await writeTransaction(() =>
        table.transaction
          .write(({ job, videoSegment }) => [
            videoSegment.create({ jobId: id, segment, ...stored(outcome) }).commit(),
            job
              .patch({ id })
              .add({ segmentsDone: 1 })
              .set({ leaseUntil, announcement: 'pending' })
              .composite({ status: 'running' })
              .where(({ status }, { eq }) => eq(status, 'running'))
              .commit(),
          ])
          .go(),
      );
    },

    async list(jobId: string): Promise<SegmentOutcome[]> {
      const { data } = await segments.query.byJob({ jobId }).go({ pages: 'all', consistent: true });
      return data.map(({ segment, packed, outcome }) => ({ segment, ...(outcome ?? unpack(packed)) }));
    },
  };
}

/** So many characters, as JSON, an item holds beside all else. */
const MOST_UNPACKED = 100_000;

/** Nearly all are stored as they are, as versions read them that know no others. */
function stored(outcome: Omit<SegmentOutcome, 'segment'>) {
  const json = JSON.stringify(outcome);
  return json.length > MOST_UNPACKED ? { packed: packJson(json) } : { outcome };
}

function unpack(packed: Uint8Array | undefined): Omit<SegmentOutcome, 'segment'> {
  if (packed === undefined) throw new Error('A segment has no outcome.');
  return JSON.parse(unpackJson(packed));
}

/** Takes what was found in the segments of a job out of the table. */
export const createVideoSegmentRemover =
  ({ entities: { videoSegment } }: SegmentryTable) =>
  async (jobId: string): Promise<void> => {
    for (;;) {
      const query = videoSegment.query.byJob({ jobId });
      const { data } = await query.go({ limit: 50, consistent: true, attributes: ['jobId', 'segment'] });
      if (data.length === 0) return;
      // Not as a batch, which the reconciler may not write.
      await Promise.all(data.map((key) => videoSegment.delete(key).go()));
    }
  };
