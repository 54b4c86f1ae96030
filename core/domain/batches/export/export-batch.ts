import type { ResultFormat } from '../../../contracts/http/batches.ts';
import type { ResultDocument } from '../../../contracts/result-document.ts';
import type { Batch, BatchRepository, ExportFile } from '../../entities/batch.ts';
import type { ImageRepository } from '../../entities/image.ts';
import type { Job, JobRepository } from '../../entities/job.ts';
import type { ObjectStore } from '../../entities/objects.ts';
import { bytesToLoad, loadDocument, type ResultRepository } from '../../entities/stored-result.ts';
import type { VideoRepository } from '../../entities/video.ts';
import type { ExportedResult, ResultWriter } from './exported-result.ts';
import { readAhead } from './read-ahead.ts';
import { readFrameResults } from './read-frame-results.ts';
import { createCocoWriter } from './write-coco.ts';
import { createCsvWriter } from './write-csv.ts';
import { createJsonlWriter } from './write-jsonl.ts';

export interface ExportBatchPorts {
  readonly batches: Pick<BatchRepository, 'findPart'>;
  readonly jobs: Pick<JobRepository, 'findAll'>;
  readonly images: Pick<ImageRepository, 'findOwn'>;
  readonly results: Pick<ResultRepository, 'findAll'>;
  readonly videos: Pick<VideoRepository, 'findOwn'>;
  readonly objects: Pick<ObjectStore, 'get' | 'putPieces' | 'read'>;
}

/** Results that are read together, while as many are written; one may have a few megabytes. */
const RESULTS_AT_ONCE = 20;

const FORMATS: Record<ResultFormat, { contentType: string; create: (batch: Batch) => ResultWriter }> = {
  jsonl: { contentType: 'application/x-ndjson', create: createJsonlWriter },
  csv: { contentType: 'text/csv; charset=utf-8', create: createCsvWriter },
  coco: { contentType: 'application/json', create: ({ models }) => createCocoWriter(models) },
};

const EXTENSIONS: Record<ResultFormat, string> = { jsonl: 'jsonl', csv: 'csv', coco: 'coco.json' };

/** Where the export of so many results lies: a result that has come stays, so their number tells which. */
export const exportKey = (batchId: string, format: ResultFormat, resultCount: number) =>
  `exports/${batchId}/${resultCount}/results.${EXTENSIONS[format]}`;

/** How much work an export may be. */
export interface ExportLimits {
  /** Of results that lie in the bucket. */
  readonly bytes?: number;
  readonly signal?: AbortSignal;
}

/** There is more to write than the limit allows; nothing is left of what was written. */
export class ExportTooLargeError extends Error {}

/**
 * Writes what a batch has found so far into one file.
 * @throws ExportTooLargeError, the signal's reason where that is aborted; there is no file then.
 */
export async function exportBatch(
  batch: Batch,
  { format, key }: ExportFile,
  { limits = {}, ...ports }: ExportBatchPorts & { readonly limits?: ExportLimits },
): Promise<void> {
  const { contentType, create } = FORMATS[format];
  const groups = readGroups(batch, ports, createAllowance(limits));
  await ports.objects.putPieces(key, writePieces(groups, create(batch), limits), contentType);
}

/** Takes bytes that are about to be read. @throws ExportTooLargeError where they are too many with those before them */
type Allowance = (bytes: number) => void;

function createAllowance({ bytes: limit = Number.POSITIVE_INFINITY }: ExportLimits): Allowance {
  let taken = 0;
  return (bytes) => {
    taken += bytes;
    if (taken > limit) throw new ExportTooLargeError();
  };
}

async function* writePieces(
  groups: AsyncGenerator<AsyncIterable<ExportedResult>, void>,
  writer: ResultWriter,
  { signal }: ExportLimits,
): AsyncGenerator<string> {
  yield writer.begin;
  for await (const results of readAhead(groups)) {
    for await (const result of results) {
      signal?.throwIfAborted();
      yield writer.add(result);
    }
  }
  yield writer.end();
}

/** Results of a few jobs each, in the order of the jobs. */
async function* readGroups(
  batch: Batch,
  ports: ExportBatchPorts,
  allow: Allowance,
): AsyncGenerator<AsyncIterable<ExportedResult>, void> {
  for await (const { jobs, filenames } of readAhead(readParts(batch, ports))) {
    for (let start = 0; start < jobs.length; start += RESULTS_AT_ONCE) {
      const some = jobs.slice(start, start + RESULTS_AT_ONCE);
      const documents = await readDocuments(some, ports, allow);
      yield readResults(some, { filenames, documents }, ports);
    }
  }
}

interface Part {
  /** Those that have results. */
  readonly jobs: readonly Job[];
  /** Of their images and videos, by id. */
  readonly filenames: ReadonlyMap<string, string>;
}

async function* readParts(batch: Batch, ports: ExportBatchPorts): AsyncGenerator<Part, void> {
  for (let part = 0; part < batch.partCount; part += 1) {
    const planned = await ports.batches.findPart(batch.id, part);
    const jobs = await ports.jobs.findAll(planned?.jobs.map(({ id }) => id) ?? []);
    const succeeded = jobs.filter(({ status }) => status === 'succeeded');
    const filenames = await readFilenames(succeeded, batch.userId, ports);
    yield { jobs: succeeded.filter(({ mediaId }) => filenames.has(mediaId)), filenames };
  }
}

/** Of images and videos, by id. Those that have been deleted meanwhile are left out. */
async function readFilenames(
  jobs: readonly Job[],
  userId: string,
  { images, videos }: ExportBatchPorts,
): Promise<ReadonlyMap<string, string>> {
  const [ofVideos, ofImages] = [jobs.filter(isOfVideo), jobs.filter((job) => !isOfVideo(job))];
  const found = await Promise.all([
    images.findOwn(idsOf(ofImages), userId),
    videos.findOwn(idsOf(ofVideos), userId),
  ]);
  return new Map(found.flatMap((items) => [...items.values()].map(({ id, filename }) => [id, filename])));
}

const isOfVideo = ({ video }: Job) => video !== undefined;
const idsOf = (jobs: readonly Job[]) => [...new Set(jobs.map(({ mediaId }) => mediaId))];

interface Found extends Pick<Part, 'filenames'> {
  /** Of images, by job. */
  readonly documents: ReadonlyMap<string, ResultDocument>;
}

/** A video's are read as they are asked for: they may be many. */
async function* readResults(
  jobs: readonly Job[],
  { filenames, documents }: Found,
  ports: ExportBatchPorts,
): AsyncGenerator<ExportedResult> {
  for (const job of jobs) {
    const filename = filenames.get(job.mediaId) as string;
    const document = documents.get(job.id);
    if (document !== undefined) yield { jobId: job.id, filename, document };
    if (isOfVideo(job)) yield* readFrameResults(job, filename, ports);
  }
}

async function readDocuments(
  jobs: readonly Job[],
  ports: ExportBatchPorts,
  allow: Allowance,
): Promise<Map<string, ResultDocument>> {
  const ofImages = jobs.filter((job) => !isOfVideo(job));
  const stored = await ports.results.findAll(ofImages.map(resultIdOf));
  for (const result of stored.values()) allow(bytesToLoad(result));
  const read = ofImages.map(async (job): Promise<[string, ResultDocument][]> => {
    const result = stored.get(resultIdOf(job));
    if (result === undefined) return [];
    return [[job.id, await loadDocument(result, ports.objects)]];
  });
  return new Map((await Promise.all(read)).flat());
}

const resultIdOf = ({ id, resultOf }: Job) => resultOf ?? id;
