import { createReadStream, statSync } from 'node:fs';
import { createImageNormalizer } from '../../core/adapters/sharp/normalize-image.ts';
import { openZip } from '../../core/adapters/zip/open-zip.ts';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import type { Upload } from '../../core/domain/entities/upload.ts';
import { type IngestZipChunkPorts, ingestZipChunk } from '../../core/domain/uploads/ingest-zip-chunk.ts';
import { readPlan } from '../../core/domain/uploads/plan-zip.ts';

/** A process as `ingest-upload` is: takes in all chunks of the zip that is named, and forgets what it stores. */
const path = process.argv[2] as string;
const sizeBytes = statSync(path).size;
const openArchive = () =>
  openZip({
    sizeBytes,
    readRange: async (start, end) => createReadStream(path, { start, end: end - 1 }),
  });
const zipLimits = { entries: 10_000, imageBytes: 50_000_000, videoBytes: 0 };
const { total, chunks } = await readPlan(await openArchive(), zipLimits);
const upload: Upload = {
  id: 'upl_bench',
  userId: 'usr_bench',
  kind: 'zip',
  filename: 'bench.zip',
  keep: 'compressed',
  options: AnalysisOptions.parse({}),
  framesPerSecond: 1,
  mediaId: 'unused',
  jobs: [],
  status: 'processing',
  images: [],
  videos: [],
  refused: [],
  entries: { total, done: 0, refused: 0, chunks, chunkCount: chunks.length, chunksDone: 0 },
  createdAt: new Date().toISOString(),
  expiresAt: new Date().toISOString(),
};
let done = 0;
const nothing = async () => {};
const never = () => Promise.reject(new Error('There are no videos here.'));
const ports: IngestZipChunkPorts = {
  retentionDays: 0,
  zipLimits,
  batches: { find: async () => undefined },
  openArchive,
  normalizeImage: createImageNormalizer({ limitPixels: 50_000_000 }),
  objects: { put: nothing, putPieces: nothing, remove: nothing, async *read() {} },
  images: {
    readContent: async (userId) => ({ datasets: [], credits: { userId } }),
    createOnce: nothing,
    findOwn: async () => new Map(),
  },
  jobs: { findAll: async () => [] },
  resultCache: { find: async () => new Map() },
  prices: { image: 0, videoFrame: 0, analysis: 0 },
  probeVideo: never,
  videos: { createOnce: never, findOwn: async () => new Map() },
  videoLimits: { frames: 0, segmentFrames: 0 },
  uploads: {
    find: async () => upload,
    hasChunk: async () => false,
    addChunk: async (_, { images }) => {
      done += images.length;
    },
    end: async () => false,
  },
  arrived: { remove: nothing },
  datasetItems: { add: nothing },
  analysisQueue: { send: nothing },
  now: () => new Date(),
};
for (const chunk of chunks.keys()) {
  await ingestZipChunk({ uploadId: upload.id, chunk }, { isLast: false }, ports);
}
console.log(JSON.stringify({ done }));
