import type { Api } from './api.ts';
import type { Job } from './contracts.ts';
import { SegmentryError } from './errors.ts';
import type { Live } from './live.ts';
import { sleep } from './sleep.ts';

export interface WaitForJobsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gives up after so long, while the jobs go on; by default ten minutes. */
  readonly timeoutMs?: number;
  readonly onJob?: ((job: Job) => void) | undefined;
}

type WaitOptions = WaitForJobsOptions & { readonly timeoutMs: number; readonly live: Live | undefined };

const LONGEST_REQUEST_SECONDS = 20;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export const hasEnded = ({ status }: Pick<Job, 'status'>) => !['queued', 'running'].includes(status);

/** Waits until every job has ended, told by WebSocket where there is one. @returns them in the order given. */
export function waitForJobs(api: Api, jobs: readonly Job[], options: WaitOptions): Promise<Job[]> {
  const deadline = Date.now() + options.timeoutMs;
  return Promise.all(
    jobs.map((job) => (hasEnded(job) ? job : waitForJob(api, job, { ...options, deadline }))),
  );
}

type Waiting = WaitOptions & { readonly deadline: number };

/**
 * A WebSocket tells when it is worth asking. Without one each request stays open until the job ends; and where the
 * service won't do that either, the pauses between requests get longer.
 */
async function waitForJob(api: Api, { id }: Job, { live, signal, deadline, onJob }: Waiting): Promise<Job> {
  const told = live === undefined ? undefined : await hearOfEnd(live, id, signal);
  try {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
      const askedAt = Date.now();
      if (told?.isConnected()) await told.end(Math.min(LONGEST_PAUSE_MS, deadline - askedAt));
      const wait = told?.isConnected() ? 0 : seconds(deadline - askedAt);
      const job = await api.getJob({ id, wait }, { signal });
      onJob?.(job);
      if (hasEnded(job)) return job;
      if (Date.now() >= deadline) {
        throw new SegmentryError('timed_out', `${id} has not ended yet. It goes on: ask for it again later.`);
      }
      await sleep(Math.max(0, Math.min(pauseMs + askedAt, deadline) - Date.now()), signal);
    }
  } finally {
    told?.stop();
  }
}

const seconds = (ms: number) => Math.max(0, Math.min(LONGEST_REQUEST_SECONDS, Math.floor(ms / 1000)));

/** How long a WebSocket may take to open before the job is asked for without it. */
const CONNECTING_MS = 2_000;

async function hearOfEnd(live: Live, id: string, signal: AbortSignal | undefined) {
  let connected: boolean | undefined;
  const news = new EventTarget();
  const until = (milliseconds: number) => {
    const heard = new AbortController();
    news.addEventListener('news', () => heard.abort(), { once: true });
    const either = signal === undefined ? heard.signal : AbortSignal.any([heard.signal, signal]);
    return sleep(milliseconds, either).catch(() => signal?.throwIfAborted());
  };
  let ended = false;
  const stop = live.listen([`job:${id}`], {
    onConnection: (isOpen) => {
      connected = isOpen;
      news.dispatchEvent(new Event('news'));
    },
    onState: ({ data }) => {
      ended = hasEnded(data as Pick<Job, 'status'>);
      if (ended) news.dispatchEvent(new Event('news'));
    },
  });
  try {
    if (connected === undefined) await until(CONNECTING_MS);
  } catch (error) {
    stop();
    throw error;
  }
  return {
    stop,
    isConnected: () => connected === true,
    /** Waits for the end, for the loss of the connection, or for so long. */
    end: async (milliseconds: number) => {
      if (!ended) await until(milliseconds);
    },
  };
}
