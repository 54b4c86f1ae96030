import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/** A job, and the file that its result is of. */
const SentJob = z.object({
  id: z.string(),
  of: z.enum(['image', 'video']),
  filename: z.string(),
  /** Where its results go below the folder for them, without ending. */
  outputName: z.string(),
  /** The same without the model, where there are several: no other file's begins so. */
  stem: z.string().optional(),
  /** The image or video that it looks at, and by which model: in a batch another job may take its place. */
  file: z.string().optional(),
  model: z.string().optional(),
});
export type SentJob = z.infer<typeof SentJob>;

/** A line of the journal says something new about one input. */
const Line = z.object({
  id: z.string(),
  at: z.number(),
  key: z.string().optional(),
  outputName: z.string().optional(),
  jobs: z.array(SentJob).optional(),
  batch: z.string().optional(),
  /** Whether a job of it has failed for good. */
  failed: z.boolean().optional(),
  /** The job whose result lies where it belongs. */
  wrote: z.string().optional(),
  done: z.boolean().optional(),
  forget: z.boolean().optional(),
});

/** What is known of an input. */
export interface JournalEntry {
  /** Under which its requests are sent, so that repeats do nothing twice. */
  readonly key: string;
  readonly begunAt: number;
  readonly outputName: string;
  /** It was taken, and these are its jobs. */
  readonly jobs?: readonly SentJob[] | undefined;
  /** Of a zip: what its jobs are of. */
  readonly batch?: string | undefined;
  /** Of a batch: a job has failed for good, so that another may be in its place by now. */
  readonly failed?: boolean | undefined;
  readonly done?: boolean | undefined;
}

/** The service keeps answers under a key for a day. */
const KEY_MS = 23 * 3_600_000;

/**
 * What a run has begun and finished, a line at a time on disk before it is done, so that the same command goes on
 * where this one stops, however it stops.
 */
export class RunJournal {
  readonly #path: string;
  readonly #entries = new Map<string, JournalEntry>();
  readonly #written = new Set<string>();

  /** @param run all that makes two commands the same */
  constructor(run: object) {
    const hash = createHash('sha256').update(JSON.stringify(run)).digest('hex').slice(0, 32);
    const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
    this.#path = join(state, 'segmentry', 'runs', `${hash}.jsonl`);
    for (const line of readLines(this.#path)) this.#apply(line);
    for (const [id, { jobs, begunAt }] of this.#entries) {
      if (jobs === undefined && Date.now() - begunAt > KEY_MS) this.#entries.delete(id);
    }
  }

  find(id: string): JournalEntry | undefined {
    return this.#entries.get(id);
  }

  /** Names that files have, entries of zips too: no other may get them. */
  outputNames(): string[] {
    return [...this.#entries.values()].flatMap(({ outputName, jobs = [] }) => [
      outputName,
      ...jobs.map((job) => job.stem ?? job.outputName),
    ]);
  }

  begin(id: string, outputName: string): JournalEntry {
    this.#write({ id, key: crypto.randomUUID(), outputName });
    return this.#entries.get(id) as JournalEntry;
  }

  sent(id: string, jobs: readonly SentJob[], batch?: string): void {
    this.#write({ id, jobs: [...jobs], failed: false, ...(batch !== undefined && { batch }) });
  }

  failed(id: string): void {
    this.#write({ id, failed: true });
  }

  wrote(id: string, jobId: string): void {
    this.#write({ id, wrote: jobId });
  }

  /** Whether this run has written the result of the job. What another one has left there is of another job. */
  hasWritten(jobId: string): boolean {
    return this.#written.has(jobId);
  }

  done(id: string): void {
    this.#write({ id, done: true });
  }

  /** What has failed is begun anew the next time. */
  forget(id: string): void {
    this.#write({ id, forget: true });
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #write(news: Omit<z.infer<typeof Line>, 'at'>): void {
    const line = { ...news, at: Date.now() };
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    this.#apply(line);
  }

  #apply({ id, at, forget, wrote, ...news }: z.infer<typeof Line>): void {
    if (wrote !== undefined) this.#written.add(wrote);
    const entry = { ...this.#entries.get(id), ...news, ...(news.key !== undefined && { begunAt: at }) };
    if (forget === true || entry.key === undefined) this.#entries.delete(id);
    else this.#entries.set(id, entry as JournalEntry);
  }
}

function readLines(path: string): z.infer<typeof Line>[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return [Line.parse(JSON.parse(line))];
    } catch {
      // The last line of a process that was killed.
      return [];
    }
  });
}
