import { useRef } from 'preact/hooks';
import { hasEnded, type Job } from '../../client/index.ts';
import { useLive } from '../app/use-live.ts';
import type { Loaded } from '../app/use-load.ts';

interface Analysed {
  readonly id: string;
  readonly jobs: readonly Job[];
}

/** Keeps the jobs of an image or a video as they stand, those too that are made elsewhere. */
export function useMediaLive<Media extends Analysed>({ value, set, reload }: Loaded<Media>): void {
  const open = value?.jobs.filter((job) => !hasEnded(job)) ?? [];
  const known = useRef<readonly Job[]>([]);
  known.current = value?.jobs ?? [];
  useLive(
    ['me', ...open.map(({ id }) => `job:${id}` as const)],
    ({ type, data }) => {
      const news = data as unknown as Job;
      if (type === 'batch.updated') reload();
      if (value === undefined || (news.image ?? news.video) !== value.id) return;
      const before = known.current.find(({ id }) => id === news.id);
      if (before?.status === news.status) return;
      // A result has a summary and an end that live states leave out.
      if (before === undefined || hasEnded(news)) reload();
      else
        set({ ...value, jobs: known.current.map((job) => (job.id === news.id ? { ...job, ...news } : job)) });
    },
    () => open.length > 0 && reload(),
  );
}
