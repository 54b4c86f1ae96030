import { type Analysis, type AnalyzeOptions, analyze } from './analyze.ts';
import { type AnalyzeManyOptions, analyzeMany, type Outcome } from './analyze-many.ts';
import { type Api, type CallOptions, createApi } from './api.ts';
import { batchResults, type WaitForBatchOptions, waitForBatch } from './batches.ts';
import type { Batch, Job, Upload } from './contracts.ts';
import { findLogin } from './find-login.ts';
import { listAll } from './list-all.ts';
import { Live } from './live.ts';
import type { ItemOf, ListName, RequestOf } from './operations.ts';
import { type AnalysisInput, type InputNames, readInput } from './read-input.ts';
import { type SendOptions, sendByForm, sendFile } from './send-file.ts';
import type { TokenSource } from './transport.ts';
import { type WaitForJobsOptions, waitForJobs } from './wait-for-jobs.ts';

export interface SegmentryOptions {
  /** The API's address; `/v1/…` follows. In Node SEGMENTRY_URL or the stored login where absent, with their key. */
  readonly url?: string | undefined;
  /** An access token, or what gives one: it is asked before each request, and again where the token was refused. */
  readonly token?: string | TokenSource;
  /** For programs, instead of a token. Where both are absent, in Node SEGMENTRY_API_KEY, unless SEGMENTRY_URL is another address. */
  readonly apiKey?: string | undefined;
  /** Where live states are told (`wss://…`). Without it jobs are waited for by requests. */
  readonly liveUrl?: string | undefined;
  /** How often a request is sent again that failed on the way; 4. */
  readonly retries?: number;
  readonly fetch?: typeof fetch;
}

/** What was stored, by id, and the jobs that were made. */
export interface SentFile {
  readonly images: readonly string[];
  readonly videos: readonly string[];
  /** Of a zip: the batch that its jobs are of. */
  readonly batch?: string;
  readonly jobs: readonly Job[];
}

const TEN_MINUTES_MS = 600_000;

/** A client of one deployment, for one user. */
export class Segmentry {
  /** Every operation of the API, as its contract types it: `segmentry.api.listImages({ limit: 5 })`. */
  readonly api: Api;
  /** Live states; absent without `liveUrl`. */
  readonly live: Live | undefined;

  /** @throws SegmentryError `no_address` where nothing says where the API is. */
  constructor({ token, liveUrl, retries = 4, fetch: ownFetch, ...given }: SegmentryOptions = {}) {
    const isWhole = given.url !== undefined && (token !== undefined || given.apiKey !== undefined);
    const { url, ...login } = isWhole ? { ...given, url: given.url as string } : findLogin(given.url);
    const { apiKey = login.apiKey } = given;
    const source: TokenSource = typeof token === 'function' ? token : () => token ?? apiKey;
    // A bare `fetch` kept in an object would be called on that object, which browsers refuse.
    const send: typeof fetch = ownFetch ?? ((...request) => fetch(...request));
    this.api = createApi({ url: url.replace(/\/+$/, ''), token: source, fetch: send, retries });
    this.live =
      liveUrl === undefined || typeof WebSocket === 'undefined'
        ? undefined
        : new Live({ liveUrl, token: source });
  }

  /** Sends one image or video, waits, and fetches what was found. */
  analyze(input: AnalysisInput, options: AnalyzeOptions = {}): Promise<Analysis> {
    return analyze(this, input, options);
  }

  /**
   * Analyses many, a few at a time; gives each outcome as it comes, failures too. With a `journal` that outlives the
   * program, running it again goes on where it stopped: nothing is stored, analysed or paid twice.
   */
  analyzeMany(
    inputs: Iterable<AnalysisInput>,
    options: AnalyzeManyOptions = {},
  ): AsyncGenerator<Outcome, void, undefined> {
    return analyzeMany(this, inputs, options);
  }

  /** Sends one image, video or zip and has its jobs made, without waiting for them. Those of a zip are a batch. */
  async send(input: AnalysisInput, options: SendOptions & InputNames = {}): Promise<SentFile> {
    const { filename, contentType, ...rest } = options;
    const file = await readInput(input, { filename, contentType, signal: options.signal });
    if (file.contentType.includes('zip')) {
      const { images, videos, batch } = await sendByForm(this.api, file, rest);
      if (batch === undefined) return { images, videos, jobs: [] };
      const jobs: Job[] = [];
      for await (const job of this.list(
        'listBatchJobs',
        { id: batch, limit: 100 },
        { signal: options.signal },
      ))
        jobs.push(job);
      return { images, videos, batch, jobs };
    }
    const sent = await sendFile(this.api, file, rest);
    const [images, videos] = 'image' in sent ? [[sent.image.id], []] : [[], [sent.video.id]];
    return { images, videos, jobs: sent.jobs };
  }

  /** Sends a file of any kind, a zip too, and waits until it has been taken in; its jobs go on. */
  async upload(input: AnalysisInput, options: SendOptions & InputNames = {}): Promise<Upload> {
    const { filename, contentType, ...rest } = options;
    return sendByForm(
      this.api,
      await readInput(input, { filename, contentType, signal: options.signal }),
      rest,
    );
  }

  /** Waits until every job has ended, however it ends. */
  waitForJobs(jobs: readonly Job[], options: WaitForJobsOptions = {}): Promise<Job[]> {
    return waitForJobs(this.api, jobs, { timeoutMs: TEN_MINUTES_MS, ...options, live: this.live });
  }

  /** Waits until all jobs of a batch have ended; a zip that was sent with models is one. */
  waitForBatch(id: string, options: WaitForBatchOptions = {}): Promise<Batch> {
    return waitForBatch(this.api, id, options);
  }

  /** All that a batch has found so far in one file: JSON lines, CSV or COCO. */
  batchResults(
    id: string,
    format: 'jsonl' | 'csv' | 'coco',
    { signal }: Pick<CallOptions, 'signal'> = {},
  ): Promise<Response> {
    return batchResults(this.api, { id, format }, signal);
  }

  /** Every item of a list: `for await (const image of segmentry.list('listImages', { tag: 'lab' })) …`. */
  list<Name extends ListName>(
    name: Name,
    request: RequestOf<Name> = {} as RequestOf<Name>,
    options: CallOptions = {},
  ): AsyncGenerator<ItemOf<Name>, void, undefined> {
    return listAll(this.api, name, request, options);
  }
}
