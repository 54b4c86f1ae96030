import { createCreditWriter } from '../../../core/adapters/dynamodb/records/credit-writer.ts';
import { createDatasetItemRecords } from '../../../core/adapters/dynamodb/records/dataset-item-records.ts';
import { createDatasetRecords } from '../../../core/adapters/dynamodb/records/dataset-records.ts';
import { createImageRecords } from '../../../core/adapters/dynamodb/records/image-records.ts';
import { createImageTransactions } from '../../../core/adapters/dynamodb/records/image-transactions.ts';
import { createJobRecords } from '../../../core/adapters/dynamodb/records/job-records.ts';
import { createOpenJobCounter } from '../../../core/adapters/dynamodb/records/open-jobs.ts';
import { createResultCache } from '../../../core/adapters/dynamodb/records/result-cache.ts';
import { createUploadChunks } from '../../../core/adapters/dynamodb/records/upload-chunks.ts';
import { createUploadRecords } from '../../../core/adapters/dynamodb/records/upload-records.ts';
import { createVideoRecords } from '../../../core/adapters/dynamodb/records/video-records.ts';
import { createVideoTransactions } from '../../../core/adapters/dynamodb/records/video-transactions.ts';
import { openTable } from '../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { AnalysisOptions } from '../../../core/contracts/analysis-options.ts';
import type { Upload } from '../../../core/domain/entities/upload.ts';
import type { StoreImagePorts } from '../../../core/domain/media/store-image.ts';
import { type AroundCall, MemoryTable } from './memory-table.ts';

/** Opening a table takes longer than most tests. */
const memory = new MemoryTable();
const table = openTable(memory.client, 'table');

/** Enough for what the benchmarks play: 10,000 images with their analyses. */
export const TERMS = { initial: 10_000_000, low: 0 };
export const MODEL = { id: 'food', version: '1', sha256: 'f00d', inputSize: { width: 640, height: 640 } };
export const OPTIONS = AnalysisOptions.parse({});

/** A zip that is being taken in, as it is recorded. */
export const zipUpload = (changes: Partial<Upload> = {}): Upload => ({
  id: 'upl_1',
  userId: 'usr_1',
  kind: 'zip',
  filename: 'a.zip',
  keep: 'compressed',
  framesPerSecond: 1,
  options: OPTIONS,
  mediaId: 'unused',
  jobs: [],
  status: 'processing',
  images: [],
  videos: [],
  refused: [],
  createdAt: new Date().toISOString(),
  expiresAt: new Date().toISOString(),
  ...changes,
});

/**
 * Media as they are taken in and forgotten: records by the real adapters over a table in memory, objects and
 * queues beside it. `around` is what happens to the calls of the table.
 */
export function createMediaWorld(around: AroundCall = async (_, run) => run()) {
  memory.reset(around);
  const now = () => new Date();
  const objects = new Map<string, Uint8Array>();
  const sent: string[] = [];
  const counts = { puts: 0 };
  const credits = createCreditWriter(table, { terms: TERMS, now, sleep: async () => undefined });
  const images = { ...createImageRecords(table), ...createImageTransactions(table, credits) };
  const videos = { ...createVideoRecords(table), ...createVideoTransactions(credits) };
  const ports = {
    normalizeImage: async (bytes: Uint8Array) => ({ bytes, width: 4, height: 3, contentType: 'image/jpeg' }),
    objects: {
      put: async (key: string, body: Uint8Array) => {
        counts.puts += 1;
        objects.set(key, body);
      },
      remove: async (key: string) => void objects.delete(key),
    },
    images,
    resultCache: createResultCache(table),
    prices: { image: 750, videoFrame: 500, analysis: 10 },
    retentionDays: 0,
    now,
  } satisfies StoreImagePorts;
  return {
    memory,
    table,
    credits,
    objects,
    sent,
    counts,
    ports,
    images,
    videos,
    jobs: createJobRecords(table),
    openJobLimit: 10_000,
    countOpenJobs: createOpenJobCounter(table),
    datasets: createDatasetRecords(table),
    datasetItems: createDatasetItemRecords(table, now),
    uploads: { ...createUploadRecords(table, credits), ...createUploadChunks(table, credits) },
    analysisQueue: {
      send: async (messages: readonly { jobId: string }[]) =>
        void sent.push(...messages.map(({ jobId }) => jobId)),
    },
    /** The table's items of one kind, as they are. */
    itemsOf: (entity: string) =>
      [...memory.items.values()].filter((item) => item.__edb_e__ === entity) as Record<string, never>[],
  };
}

export type MediaWorld = ReturnType<typeof createMediaWorld>;
