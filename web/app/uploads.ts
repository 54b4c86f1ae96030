import { hasEnded, type Job, type Upload } from '../../client/index.ts';
import { wordsOf } from './format.ts';
import { segmentry } from './session.ts';

export interface UploadChoice {
  readonly models: readonly string[];
  readonly dataset: string | undefined;
}

export type RunningStatus =
  | 'waiting'
  | 'sending'
  | 'ingesting'
  | 'analyzing'
  | 'done'
  | 'failed'
  | 'canceled';

/** One file on its way. */
export interface RunningUpload {
  readonly id: number;
  readonly file: File;
  readonly choice: UploadChoice;
  readonly key: string;
  readonly status: RunningStatus;
  readonly imageId?: string;
  readonly jobs: readonly Job[];
  readonly upload?: Upload;
  readonly error?: string;
}

const AT_ONCE = 4;

/** What is on its way, for every page alike. Four files go at a time; the rest wait their turn. */
class UploadQueue {
  #items: readonly RunningUpload[] = [];
  readonly #controllers = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  #nextId = 1;
  #active = 0;

  get items(): readonly RunningUpload[] {
    return this.#items;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(files: readonly File[], choice: UploadChoice): void {
    const added = files.map((file) => ({
      ...{ id: this.#nextId++, file, choice, key: crypto.randomUUID() },
      ...{ status: 'waiting' as const, jobs: [] },
    }));
    this.#items = [...added, ...this.#items];
    this.#tell();
    this.#startNext();
  }

  cancel(id: number): void {
    this.#controllers.get(id)?.abort();
    this.#change(id, { status: 'canceled' });
  }

  /** Under the same key as before: what had arrived already is not stored or paid again. */
  retry(id: number): void {
    this.#change(id, { status: 'waiting' });
    this.#startNext();
  }

  dismiss(id: number): void {
    this.#items = this.#items.filter((item) => item.id !== id);
    this.#tell();
  }

  /** Takes over what live states tell of jobs that were made here. */
  hear(job: Pick<Job, 'id' | 'status'>): void {
    const item = this.#items.find(({ jobs }) => jobs.some(({ id }) => id === job.id));
    if (item === undefined) return;
    const jobs = item.jobs.map((known) => (known.id === job.id ? { ...known, ...job } : known));
    this.#change(item.id, { jobs, status: jobs.every(hasEnded) ? 'done' : 'analyzing' });
  }

  #startNext(): void {
    while (this.#active < AT_ONCE) {
      const next = this.#items.findLast(({ status }) => status === 'waiting');
      if (next === undefined) return;
      this.#active += 1;
      void this.#run(next).finally(() => {
        this.#active -= 1;
        this.#startNext();
      });
    }
  }

  async #run({ id, file, choice, key }: RunningUpload): Promise<void> {
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    const { signal } = controller;
    this.#change(id, { status: 'sending' });
    try {
      const { models, dataset } = choice;
      const sent = await segmentry.send(file, {
        ...{ models, dataset, signal, idempotencyKey: key },
        onUpload: (upload) => this.#change(id, { status: 'ingesting', upload }),
      });
      const imageId = sent.images[0];
      this.#change(id, {
        ...(imageId !== undefined && { imageId }),
        ...{ jobs: sent.jobs, status: sent.jobs.some((job) => !hasEnded(job)) ? 'analyzing' : 'done' },
      });
      // Live states tell sooner, but might not tell at all.
      if (sent.jobs.length > 0)
        await segmentry.waitForJobs(sent.jobs, { signal, onJob: (job) => this.hear(job) });
    } catch (error) {
      if (!signal.aborted) this.#change(id, { status: 'failed', error: wordsOf(error) });
    } finally {
      this.#controllers.delete(id);
    }
  }

  #change(id: number, changes: Partial<RunningUpload>): void {
    this.#items = this.#items.map((item) => (item.id === id ? { ...item, ...changes } : item));
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const uploads = new UploadQueue();
