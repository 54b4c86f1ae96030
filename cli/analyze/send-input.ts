import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import type { AnalysisOptions, Job, Segmentry, Upload } from '../../client/index.ts';
import { eachOf } from './each-of.ts';
import { type Input, isAddress, toFileName } from './find-inputs.ts';
import { nameModels } from './name-models.ts';
import type { SentJob } from './run-journal.ts';

/** What is asked of the service, the same for every input. */
export interface Request {
  readonly models: readonly string[];
  readonly options: AnalysisOptions;
  readonly dataset?: string | undefined;
  readonly keep?: 'compressed' | 'original' | undefined;
  readonly retentionDays?: number | undefined;
  readonly framesPerSecond?: number | undefined;
}

export interface Sending {
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  readonly onUpload: (upload: Upload) => void;
}

export interface Taken {
  readonly jobs: SentJob[];
  /** Of a zip: the batch that its jobs are of. */
  readonly batch?: string | undefined;
  /** Entries of a zip that were not taken. */
  readonly refused: Upload['refused'];
}

/** Has one input taken in, and its jobs made. */
export async function sendInput(
  segmentry: Segmentry,
  { input, outputName, takenNames }: { input: Input; outputName: string; takenNames: Set<string> },
  { request, sending }: { request: Request; sending: Sending },
): Promise<Taken> {
  // What can't be read says so in the system's own words.
  if (!isAddress(input.location)) accessSync(input.location, constants.R_OK);
  const { models } = request;
  let refused: Upload['refused'] = [];
  const sent = await segmentry.send(input.location, {
    ...request,
    ...sending,
    onUpload: (upload) => {
      refused = upload.refused;
      sending.onUpload(upload);
    },
  });
  const toSent = (jobs: readonly Job[], of: SentJob['of'], file: { filename: string; stem: string }) => {
    const latest = latestOf(jobs, models);
    const shortNameOf = nameModels(latest.map(({ model }) => model));
    return latest.map(({ id, model, image, video }) => ({
      id,
      of,
      file: image ?? video,
      model,
      ...file,
      outputName: latest.length > 1 ? `${file.stem}.${shortNameOf(model)}` : file.stem,
    }));
  };
  if (sent.batch === undefined) {
    const filename = basename(input.name);
    return {
      jobs: toSent(sent.jobs, sent.videos.length > 0 ? 'video' : 'image', { filename, stem: outputName }),
      refused,
    };
  }
  const jobs: SentJob[] = [];
  const byEntry = Map.groupBy(sent.jobs, ({ image, video }) => image ?? video ?? '');
  await eachOf(byEntry, ENTRIES_AT_ONCE, async ([id, own]) => {
    const call = { signal: sending.signal };
    const of = own[0]?.video === undefined ? 'image' : 'video';
    const { filename } =
      of === 'image'
        ? await segmentry.api.getImage({ id }, call)
        : await segmentry.api.getVideo({ id }, call);
    // A folder beside the zip may be called like it.
    const stem = unique(`${outputName}/${withoutEnding(toFileName(filename))}`, takenNames);
    jobs.push(...toSent(own, of, { filename, stem }));
  });
  return { jobs, batch: sent.batch, refused };
}

/** The jobs of a batch as it has them now: a retry puts new ones in the places of those that have failed. */
export async function findRetried(
  segmentry: Segmentry,
  { batch, jobs }: { batch: string; jobs: readonly SentJob[] },
  signal: AbortSignal,
): Promise<SentJob[]> {
  const present = new Map<string, Job>();
  for await (const job of segmentry.list('listBatchJobs', { id: batch, limit: 100 }, { signal })) {
    const place = `${job.image ?? job.video} ${job.model}`;
    const known = present.get(place);
    if (known === undefined || known.createdAt <= job.createdAt) present.set(place, job);
  }
  return jobs.map((job) => ({ ...job, id: present.get(`${job.file} ${job.model}`)?.id ?? job.id }));
}

export const withoutEnding = (name: string): string => name.replace(/(?<=[^/])\.[^./]+$/, '');

/** Requests for the entries of one zip that are under way at once. */
const ENTRIES_AT_ONCE = 4;

/** An image may have jobs of other days: of each model the last one is ours. A model may be named by two names. */
function latestOf(jobs: readonly Job[], models: readonly string[]): Job[] {
  const ours = models.flatMap((model) =>
    jobs
      .filter((job) => job.model === model || job.model.startsWith(`${model}@`))
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
      .slice(0, 1),
  );
  return [...new Set(ours)];
}

/** The name, or with a number where others have it; some file systems take capitals and small letters for the same. */
export function unique(name: string, taken: Set<string>): string {
  let choice = name;
  for (let number = 2; taken.has(choice.toLowerCase()); number++) choice = `${name}-${number}`;
  taken.add(choice.toLowerCase());
  return choice;
}
