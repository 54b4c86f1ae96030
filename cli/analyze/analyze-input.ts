import { type Segmentry, SegmentryError, type Upload } from '../../client/index.ts';
import { EXIT } from '../exit-codes.ts';
import { exitCodeOf, explainFailure } from '../explain-failure.ts';
import { describeOutcome } from './describe-outcome.ts';
import { eachOf } from './each-of.ts';
import type { Input } from './find-inputs.ts';
import type { ProgressView } from './progress-view.ts';
import type { Found, ResultSink } from './result-sinks.ts';
import type { JournalEntry, RunJournal, SentJob } from './run-journal.ts';
import { findRetried, type Request, sendInput, unique, withoutEnding } from './send-input.ts';

/** What the inputs of one command have in common. */
export interface Run {
  readonly segmentry: Segmentry;
  readonly request: Request;
  readonly journal: RunJournal;
  readonly view: ProgressView;
  readonly sink: ResultSink;
  readonly takenNames: Set<string>;
  readonly signal: AbortSignal;
  /** Whether stdout is for lines that people read. */
  readonly isForPeople: boolean;
}

export interface AnalyzedInput {
  readonly jobs: readonly SentJob[];
  readonly hasFailed: boolean;
}

/** Jobs of one input that are waited for at once. */
const JOBS_AT_ONCE = 4;
const LONGEST_WAIT_SECONDS = 20;
const LONGEST_ANALYSIS_MS = 12 * 3_600_000;

/**
 * Sends an input, or goes on where an earlier run stopped; waits; hands on what was found.
 * @throws what every other input would meet with, too: no network, no credits, no login; and Ctrl-C.
 */
export async function analyzeInput(input: Input, run: Run): Promise<AnalyzedInput> {
  const { journal, view, signal } = run;
  try {
    view.update(input.name, 'sending');
    const { jobs, hasFailed } = await takeIn(input, run);
    const failures = await collectAll(jobs, input, run);
    rememberEnd(input, { jobs, failures }, run);
    const isFailure = hasFailed || failures.size > 0;
    view.finish(input.name, isFailure);
    return { jobs: jobs.filter((job) => !failures.has(job)), hasFailed: isFailure };
  } catch (error) {
    if (signal.aborted || isFatal(error)) throw error;
    // Where nobody knows whether what was sent has arrived, it is sent again under the same key.
    if (isFinal(error)) journal.forget(input.id);
    tellFailure(input.name, error, view);
    view.finish(input.name, true);
    return { jobs: [], hasFailed: true };
  }
}

/** What the next run begins with. */
function rememberEnd(
  { id }: Input,
  { jobs, failures }: { jobs: readonly SentJob[]; failures: ReadonlyMap<SentJob, unknown> },
  { journal }: Run,
): void {
  const failed = [...failures.values()].filter(isFinal).length;
  const hasBatch = journal.find(id)?.batch !== undefined;
  const costsNothing = failed === jobs.length || (!hasBatch && jobs.every(({ of }) => of === 'image'));
  if (failures.size === 0) journal.done(id);
  // All is sent anew. Where others have succeeded they are not paid again for the sake of those that have not.
  else if (failed === failures.size && costsNothing) journal.forget(id);
  else if (hasBatch && failed > 0) journal.failed(id);
}

const FATAL: readonly number[] = [EXIT.notLoggedIn, EXIT.unreachable, EXIT.noCredits];
const isFatal = (error: unknown) => FATAL.includes(exitCodeOf(error));
const isFinal = (error: unknown) => error instanceof SegmentryError && error.isFinal;

function tellFailure(name: string, error: unknown, view: ProgressView): void {
  const { code, message } = explainFailure(error);
  view.note(`${name}: ${message} (${code})`, true);
}

async function takeIn(input: Input, { segmentry, request, journal, view, takenNames, signal }: Run) {
  const entry =
    journal.find(input.id) ?? journal.begin(input.id, unique(withoutEnding(input.outputName), takenNames));
  if (entry.jobs !== undefined) {
    const known = { ...entry, jobs: entry.jobs };
    return { jobs: await recallJobs(input, known, { segmentry, journal, signal }), hasFailed: false };
  }
  const onUpload = (upload: Upload) => view.update(input.name, describeUpload(upload));
  const { jobs, batch, refused } = await sendInput(
    segmentry,
    { input, outputName: entry.outputName, takenNames },
    { request, sending: { idempotencyKey: entry.key, signal, onUpload } },
  );
  journal.sent(input.id, jobs, batch);
  if (batch !== undefined) view.note(`${input.name} is ${batch}: segmentry batches show ${batch}`);
  for (const { name, code, detail } of refused) view.note(`${input.name}/${name}: ${detail} (${code})`, true);
  // A text among the photographs is no failure.
  return { jobs, hasFailed: refused.some(({ code }) => code !== 'unsupported_entry') };
}

/** The jobs of an earlier run; of a batch with those that were made since in the places of failed ones. */
async function recallJobs(
  { id }: Input,
  { jobs, batch, failed }: Pick<JournalEntry, 'batch' | 'failed'> & { readonly jobs: readonly SentJob[] },
  { segmentry, journal, signal }: Pick<Run, 'segmentry' | 'journal' | 'signal'>,
): Promise<readonly SentJob[]> {
  if (batch === undefined || failed !== true) return jobs;
  const present = await findRetried(segmentry, { batch, jobs }, signal);
  journal.sent(id, present, batch);
  return present;
}

function describeUpload({ status, progress: { done, total } }: Upload): string {
  if (status === 'waiting') return 'sent';
  return total > 1 ? `taken in: ${done} of ${total}` : 'being taken in';
}

/** @returns which could not be collected, and why: one of many costs the others nothing. */
async function collectAll(jobs: readonly SentJob[], input: Input, run: Run): Promise<Map<SentJob, unknown>> {
  const failures = new Map<SentJob, unknown>();
  await eachOf(jobs, JOBS_AT_ONCE, async (job) => {
    try {
      await collect(job, input, run);
    } catch (error) {
      if (run.signal.aborted || isFatal(error)) throw error;
      failures.set(job, error);
      tellFailure(nameOf(job, input), error, run.view);
    }
  });
  return failures;
}

async function collect(job: SentJob, input: Input, run: Run) {
  const { segmentry, journal, view, sink, signal, isForPeople } = run;
  if (journal.hasWritten(job.id) && sink.has(job)) return;
  const call = { signal };
  const first = await segmentry.api.getJob({ id: job.id, wait: LONGEST_WAIT_SECONDS }, call);
  const [ended = first] = await segmentry.waitForJobs([first], {
    ...call,
    timeoutMs: LONGEST_ANALYSIS_MS,
    onJob: ({ status, progress }) =>
      view.update(input.name, progress > 0 ? `${status} ${Math.round(progress * 100)} %` : status),
  });
  if (ended.status !== 'succeeded') {
    const { code = 'analysis_failed', detail = `${job.id} ended as ${ended.status}.` } = ended.error ?? {};
    throw new SegmentryError(code, detail);
  }
  const result = await segmentry.api.getJobResult({ id: job.id }, call);
  const found: Found = { result };
  await sink.add(
    job,
    'image' in result ? found : { result, frames: await readFrames(segmentry, job, signal) },
  );
  journal.wrote(input.id, job.id);
  const line = describeOutcome(nameOf(job, input), result);
  if (isForPeople) view.result(line);
  else view.note(line);
}

async function readFrames(segmentry: Segmentry, { id }: SentJob, signal: AbortSignal): Promise<string> {
  return (await segmentry.api.getJobFrames({ id }, { signal })).text();
}

/** A zip's entries have names of their own. */
const nameOf = ({ filename }: SentJob, { name }: Input) =>
  /\.zip$/i.test(name) ? `${name}/${filename}` : name;
