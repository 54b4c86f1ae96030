import type { Api } from './api.ts';
import type { Job, Result, Upload, UploadedImage, Video, VideoResult } from './contracts.ts';
import { SegmentryError } from './errors.ts';
import { type AnalysisInput, type InputNames, readInput } from './read-input.ts';
import { type SendOptions, sendFile } from './send-file.ts';
import type { WaitForJobsOptions } from './wait-for-jobs.ts';

/** What an analysis asks of a client. */
export interface Analyst {
  readonly api: Api;
  waitForJobs(jobs: readonly Job[], options: WaitForJobsOptions): Promise<Job[]>;
}

export interface AnalyzeOptions extends SendOptions, InputNames {
  /** How long to wait for the jobs to end; ten minutes. */
  readonly timeoutMs?: number;
  readonly onProgress?: ((progress: AnalysisProgress) => void) | undefined;
}

export type AnalysisProgress =
  | { readonly step: 'sending'; readonly sizeBytes: number }
  | { readonly step: 'ingesting'; readonly upload: Upload }
  | { readonly step: 'analyzing'; readonly job: Job };

export interface Analysis {
  readonly image?: UploadedImage;
  readonly video?: Video;
  readonly jobs: readonly Job[];
  /** One a model, in the order the models were named. */
  readonly results: readonly (Result | VideoResult)[];
}

/** @throws SegmentryError `analysis_failed` or the job's own code where a job does not succeed. */
export async function analyze(
  segmentry: Analyst,
  input: AnalysisInput,
  options: AnalyzeOptions,
): Promise<Analysis> {
  const { filename, contentType, timeoutMs, onProgress, ...sending } = options;
  const { signal } = options;
  const file = await readInput(input, { filename, contentType, signal });
  if (file.contentType.includes('zip')) {
    throw new SegmentryError(
      'unknown_content_type',
      'A zip holds many images: send it by send(), whose answer names the batch of its jobs.',
    );
  }
  const models = options.models ?? [await onlyModel(segmentry, signal)];
  onProgress?.({ step: 'sending', sizeBytes: file.blob.size });
  const sent = await sendFile(segmentry.api, file, {
    ...sending,
    models,
    onUpload: (upload) => onProgress?.({ step: 'ingesting', upload }),
  });
  const jobs = await segmentry.waitForJobs(sent.jobs, {
    signal,
    ...(timeoutMs !== undefined && { timeoutMs }),
    onJob: (job) => onProgress?.({ step: 'analyzing', job }),
  });
  const failed = jobs.find(({ status }) => status !== 'succeeded');
  if (failed !== undefined) throw failureOf(failed, jobs);
  const results = await Promise.all(jobs.map(({ id }) => segmentry.api.getJobResult({ id }, { signal })));
  return { ...sent, jobs, results };
}

const failureOf = ({ id, status, error }: Job, jobs: readonly Job[]) =>
  new SegmentryError(
    error?.code ?? 'analysis_failed',
    error?.detail ?? `${id} ended as ${status}, without a result.`,
    { jobs },
  );

/** Where there is one model only, nobody needs to name it. */
async function onlyModel({ api }: Analyst, signal: AbortSignal | undefined): Promise<string> {
  const { items } = await api.listModels({}, { signal });
  const available = items.filter(({ versions }) => versions.some(({ status }) => status === 'available'));
  const [first] = available;
  if (available.length === 1 && first !== undefined) return first.id;
  const choice =
    available.length === 0 ? 'There is none yet.' : `There are ${available.map(({ id }) => id).join(', ')}.`;
  throw new SegmentryError('model_not_chosen', `Say by \`models\` which model is to look at it. ${choice}`);
}
