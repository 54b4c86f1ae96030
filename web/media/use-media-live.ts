import { useRef, useState } from 'preact/hooks';
import { type Batch, hasEnded, type Job } from '../../client/index.ts';
import { useLive } from '../app/use-live.ts';
import type { Loaded } from '../app/use-load.ts';

interface Analysed {
  readonly id: string;
  readonly jobs: readonly Job[];
}

/**
 * Keeps the jobs of an image or a video as they stand, those too that are made elsewhere.
 * @returns what follows a batch that was asked for here, whose jobs are made in the background.
 */
export function useMediaLive<Media extends Analysed>(media: Loaded<Media>): (batch: Batch) => void {
  const { value, set, reload } = media;
  const [begun, setBegun] = useState<string>();
  const jobs = value?.jobs ?? [];
  const known = useRef(jobs);
  known.current = jobs;
  const open = jobs.filter((job) => !hasEnded(job));
  const isAwaited = begun !== undefined && !jobs.some(({ batch }) => batch === begun);
  const topics = [
    ...open.map(({ id }) => `job:${id}` as const),
    ...(isAwaited ? [`batch:${begun}` as const] : []),
  ];
  const hear = (news: Job) => {
    const before = known.current.find(({ id }) => id === news.id);
    if (value === undefined || before?.status === news.status) return;
    // A result has a summary and an end that live states leave out.
    if (before === undefined || hasEnded(news)) reload();
    else
      set({ ...value, jobs: known.current.map((job) => (job.id === news.id ? { ...job, ...news } : job)) });
  };
  useLive(
    ['me', ...topics],
    ({ topic, type, data }) => {
      const news = data as unknown as Job;
      if (topic === `batch:${begun}`) reload();
      else if (type !== 'batch.updated' && value !== undefined && (news.image ?? news.video) === value.id)
        hear(news);
    },
    () => (isAwaited || open.length > 0) && reload(),
  );
  return ({ id }) => {
    setBegun(id);
    reload();
  };
}
