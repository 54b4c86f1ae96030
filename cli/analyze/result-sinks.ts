import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Result, Segmentry, VideoResult } from '../../client/index.ts';
import { ResultDocument } from '../../core/contracts/result-document.ts';
import { FrameDocument } from '../../core/contracts/video-result.ts';
import type { ExportedResult } from '../../core/domain/batches/export/exported-result.ts';
import { createCsvWriter } from '../../core/domain/batches/export/write-csv.ts';
import type { Format } from './analyze-flags.ts';
import type { SentJob } from './run-journal.ts';
import { writeCoco } from './write-coco.ts';
import { writeYolo } from './write-yolo.ts';

/** What a job found; of a video also what each frame shows, a JSON document a line. */
export interface Found {
  readonly result: Result | VideoResult;
  readonly frames?: string | undefined;
}

/** Where results go. */
export interface ResultSink {
  /** Whether there is a result where that of the job belongs, from whatever run. */
  has(job: SentJob): boolean;
  add(job: SentJob, found: Found): Promise<void>;
  /** All jobs have been added. */
  end(jobs: readonly SentJob[]): void;
}

/** For people, who read what was found in the lines on the screen. */
export const createNoSink = (): ResultSink => ({ has: () => false, add: async () => {}, end: () => {} });

/** One format to stdout, as results come. */
export function createStreamSink(format: Exclude<Format, 'yolo'>, write: (text: string) => void): ResultSink {
  const csv = createCsvWriter();
  const kept: ExportedResult[] = [];
  if (format === 'csv') write(csv.begin);
  return {
    has: () => false,
    async add(job, found) {
      if (format === 'json')
        write(`${JSON.stringify({ job: job.id, filename: job.filename, ...found.result })}\n`);
      else if (format === 'csv') for (const each of exported(job, found)) write(csv.add(each));
      else kept.push(...exported(job, found));
    },
    end() {
      if (format === 'coco') for (const piece of writeCoco(kept)) write(piece);
    },
  };
}

/** To both places; what one of them lacks is fetched again for both. */
export const createDoubleSink = (one: ResultSink, other: ResultSink): ResultSink => ({
  has: (job) => one.has(job) && other.has(job),
  async add(job, found) {
    await one.add(job, found);
    await other.add(job, found);
  },
  end(jobs) {
    one.end(jobs);
    other.end(jobs);
  },
});

interface FolderOptions {
  readonly formats: readonly Format[];
  readonly withOverlays: boolean;
  readonly segmentry: Segmentry;
}

/**
 * A result document a job, with its overlay; and the other formats at the end, from all the documents. A document is
 * written last of what belongs to it, and whole, so that its being there says that the rest is.
 */
export function createFolderSink(
  folder: string,
  { formats, withOverlays, segmentry }: FolderOptions,
): ResultSink {
  const pathOf = ({ outputName }: SentJob, ending: string) => join(folder, `${outputName}${ending}`);
  const hasOverlay = ({ of }: SentJob) => of === 'image' && withOverlays;
  const endingsOf = (job: SentJob) => (hasOverlay(job) ? ['.json', '.png'] : ['.json']);
  const documentsOf = function* (jobs: readonly SentJob[]) {
    for (const job of jobs) {
      const frames = pathOf(job, '.frames.jsonl');
      yield* exported(job, {
        result: JSON.parse(readFileSync(pathOf(job, '.json'), 'utf8')),
        frames: job.of === 'video' ? readFileSync(frames, 'utf8') : undefined,
      });
    }
  };
  return {
    // A run before this one may have been told to write no overlays.
    has: (job) => endingsOf(job).every((ending) => existsSync(pathOf(job, ending))),
    async add(job, { result, frames }) {
      if (frames !== undefined) writeWhole(pathOf(job, '.frames.jsonl'), frames);
      if (hasOverlay(job)) {
        const overlay = await segmentry.api.getJobOverlay({ id: job.id });
        writeWhole(pathOf(job, '.png'), new Uint8Array(await overlay.arrayBuffer()));
      }
      writeWhole(pathOf(job, '.json'), `${JSON.stringify(result)}\n`);
    },
    end(jobs) {
      if (formats.includes('csv')) {
        const csv = createCsvWriter();
        const rows = [...documentsOf(jobs)].map((each) => csv.add(each));
        writeWhole(join(folder, 'results.csv'), csv.begin + rows.join(''));
      }
      if (formats.includes('coco')) {
        writeWhole(join(folder, 'results.coco.json'), [...writeCoco([...documentsOf(jobs)])].join(''));
      }
      if (formats.includes('yolo')) {
        for (const { path, text } of writeYolo(documentsOf(jobs), jobs)) writeWhole(join(folder, path), text);
      }
    },
  };
}

function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, content);
  renameSync(`${path}.part`, path);
}

/** What a job found, as exports take it: a video is its frames. */
function* exported(
  { id: jobId, filename }: SentJob,
  { result, frames = '' }: Found,
): Generator<ExportedResult> {
  if ('image' in result) {
    yield { jobId, filename, document: ResultDocument.parse(result) };
    return;
  }
  const lines = frames.split('\n').filter((line) => line !== '');
  for (const [frame, line] of lines.entries()) {
    yield { jobId, filename, frame, document: FrameDocument.parse(JSON.parse(line)) };
  }
}
