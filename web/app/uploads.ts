import { hasEnded, type Job, SegmentryError, type SentFile, type Upload } from '../../client/index.ts';
import { wordsOf } from './format.ts';
import { forgetUpload, holdUpload, keepUpload, listKept, type UploadChoice } from './kept-uploads.ts';
import { postWithProgress } from './post-with-progress.ts';
import { onSessionChange, segmentry, sessionOwner } from './session.ts';

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
  /** Names it here and, as the key of its requests, to the service. */
  readonly key: string;
  readonly file: File;
  readonly choice: UploadChoice;
  readonly status: RunningStatus;
  /** How much of a large file has been sent. */
  readonly sentShare?: number;
  readonly imageId?: string;
  readonly videoId?: string;
  readonly jobs: readonly Job[];
  /** Of a zip, and how many of its analyses have ended. */
  readonly batch?: string;
  readonly endedShare?: number;
  readonly upload?: Upload;
  readonly error?: string;
  /** Whether it would end the same under the same key. */
  readonly isFinal?: boolean;
}

/** What is needed to begin. */
type NewUpload = Pick<RunningUpload, 'key' | 'file' | 'choice'>;

const AT_ONCE = 4;
/** Analyses of videos and of many images take as long as they take. */
const LONGEST_ANALYSIS_MS = 24 * 3_600_000;
const OVER: readonly RunningStatus[] = ['done', 'failed', 'canceled'];

/**
 * What is on its way, for every page alike. Four files go at a time; the rest wait their turn. Files outlive a reload, and
 * wait for their owner to sign in again where a session ends.
 */
class UploadQueue {
  #items: readonly RunningUpload[] = [];
  #owner: string | undefined;
  #active = 0;
  readonly #controllers = new Map<string, AbortController>();
  readonly #releases = new Map<string, () => void>();
  readonly #listeners = new Set<() => void>();

  constructor() {
    onSessionChange(() => this.#followSession());
    this.#followSession();
  }

  get items(): readonly RunningUpload[] {
    return this.#items;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(files: readonly File[], choice: UploadChoice): void {
    this.#begin(files.map((file) => ({ key: crypto.randomUUID(), file, choice })));
  }

  /** What has arrived is analysed no further. */
  cancel(key: string): void {
    const item = this.#items.find((each) => each.key === key);
    if (item === undefined) return;
    const { jobs } = item;
    const batch = batchOf(item);
    this.#stop(key);
    const open = batch === undefined ? jobs.filter((job) => !hasEnded(job)) : [];
    const canceling = [
      ...open.map(({ id }) => segmentry.api.cancelJob({ id })),
      ...(batch === undefined ? [] : [segmentry.api.cancelBatch({ id: batch })]),
    ];
    // What has ended meanwhile can't be canceled.
    for (const request of canceling) void request.catch(() => undefined);
  }

  /**
   * Under the same key as before, what had arrived already is not stored or paid again, and is waited for; under a new
   * one, where it would only be told of the same end.
   */
  retry(key: string): void {
    const item = this.#items.find((each) => each.key === key);
    if (item === undefined) return;
    const { file, choice, isFinal = false, status, jobs } = item;
    this.dismiss(key);
    const hasArrived = jobs.length > 0 || batchOf(item) !== undefined;
    const isOver = isFinal || (status === 'canceled' && hasArrived);
    this.#begin([{ key: isOver ? crypto.randomUUID() : key, file, choice }]);
  }

  dismiss(key: string): void {
    this.#items = this.#items.filter((item) => item.key !== key);
    this.#tell();
  }

  /** Of somebody who leaves: nothing of theirs goes on. */
  cancelAll(): void {
    for (const { key, status } of this.#items) if (!OVER.includes(status)) this.#stop(key);
    this.#items = [];
    this.#tell();
  }

  /** Takes over what live states tell of jobs that were made here. */
  hear(job: Pick<Job, 'id' | 'status'>): void {
    const item = this.#items.find(({ jobs }) => jobs.some(({ id }) => id === job.id));
    if (item === undefined || item.status === 'canceled') return;
    const jobs = item.jobs.map((known) => (known.id === job.id ? { ...known, ...job } : known));
    this.#change(item.key, { jobs, status: jobs.every(hasEnded) ? 'done' : 'analyzing' });
  }

  /** Goes on with what its owner had begun; what is somebody else's is neither shown nor sent. */
  #followSession(): void {
    const owner = sessionOwner();
    if (owner === undefined) return;
    if (owner === this.#owner) {
      this.#startNext();
      return;
    }
    for (const controller of this.#controllers.values()) controller.abort();
    // They are there for whoever comes back, in this tab too.
    for (const release of this.#releases.values()) release();
    this.#releases.clear();
    this.#owner = owner;
    this.#items = [];
    void listKept(owner).then((kept) => {
      if (owner === this.#owner) this.#enter(kept);
    });
  }

  #begin(uploads: readonly NewUpload[]): void {
    for (const upload of uploads) void keepUpload({ ...upload, owner: this.#owner ?? '' });
    this.#enter(uploads);
  }

  #stop(key: string): void {
    this.#controllers.get(key)?.abort();
    this.#change(key, { status: 'canceled' });
  }

  #enter(uploads: readonly NewUpload[]): void {
    const added = uploads.map(({ key, file, choice }) => {
      this.#releases.set(key, holdUpload(key));
      return { key, file, choice, status: 'waiting' as const, jobs: [] };
    });
    this.#items = [...added, ...this.#items];
    this.#tell();
    this.#startNext();
  }

  #startNext(): void {
    while (this.#active < AT_ONCE && sessionOwner() === this.#owner) {
      const next = this.#items.findLast(({ status }) => status === 'waiting');
      if (next === undefined) return;
      this.#active += 1;
      let isIn = true;
      const leave = () => {
        if (isIn) this.#active -= 1;
        isIn = false;
        this.#startNext();
      };
      void this.#run(next, leave).finally(leave);
    }
  }

  /** @param leave lets the next file go, while this one is only waited for. */
  async #run(item: RunningUpload, leave: () => void): Promise<void> {
    const { key } = item;
    const controller = new AbortController();
    this.#controllers.set(key, controller);
    const { signal } = controller;
    this.#change(key, { status: 'sending' });
    try {
      const { jobs, batch, videos } = await this.#send(item, signal);
      // Images are waited for before the next is sent, so that no more jobs are open than are allowed.
      if (batch !== undefined || videos.length > 0) leave();
      const waiting = { signal, timeoutMs: LONGEST_ANALYSIS_MS };
      // Live states tell sooner, but might not tell at all. Thousands of jobs are not asked for one by one.
      if (batch !== undefined) {
        await segmentry.waitForBatch(batch, {
          ...waiting,
          onBatch: ({ jobs, counts }) =>
            this.#change(key, { endedShare: jobs && 1 - (counts.queued + counts.running) / jobs }),
        });
        this.#change(key, { status: 'done' });
      } else if (jobs.length > 0) {
        await segmentry.waitForJobs(jobs, { ...waiting, onJob: (job) => this.hear(job) });
      }
    } catch (error) {
      if (!signal.aborted) this.#change(key, afterFailure(error));
    } finally {
      this.#controllers.delete(key);
    }
  }

  async #send({ key, file, choice }: RunningUpload, signal: AbortSignal): Promise<SentFile> {
    const sent = await segmentry.send(file, {
      ...choice,
      signal,
      idempotencyKey: key,
      post: postWithProgress((sentShare) => this.#change(key, { sentShare })),
      onUpload: (upload) => this.#change(key, { status: 'ingesting', upload }),
    });
    const { jobs, batch } = sent;
    const [imageId] = sent.images;
    const [videoId] = sent.videos;
    this.#change(key, {
      ...(imageId !== undefined && { imageId }),
      ...(videoId !== undefined && { videoId }),
      ...(batch !== undefined && { batch }),
      jobs,
      status: jobs.some((job) => !hasEnded(job)) ? 'analyzing' : 'done',
    });
    // It has arrived: a reload finds it in the list.
    void forgetUpload(key);
    return sent;
  }

  #change(key: string, changes: Partial<RunningUpload>): void {
    this.#items = this.#items.map((item) => (item.key === key ? { ...item, ...changes } : item));
    if (changes.status !== undefined && OVER.includes(changes.status)) {
      void forgetUpload(key);
      this.#releases.get(key)?.();
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Without a session nothing has failed: it waits for its owner. With one, it would be refused again at once. */
function afterFailure(error: unknown): Pick<RunningUpload, 'status' | 'error' | 'isFinal'> {
  const failure = error instanceof SegmentryError ? error : undefined;
  if (failure?.status === 401 && sessionOwner() === undefined) return { status: 'waiting' };
  return { status: 'failed', error: wordsOf(error), isFinal: failure?.isFinal === true };
}

/** A zip is a batch from when its directory has been read, before all of it is taken in. */
const batchOf = ({ batch, upload }: RunningUpload): string | undefined => batch ?? upload?.batch ?? undefined;

export const uploads = new UploadQueue();
