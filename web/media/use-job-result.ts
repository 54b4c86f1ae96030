import type { Job, Result, VideoResult } from '../../client/index.ts';
import { segmentry } from '../app/session.ts';
import { type Loaded, useLoad } from '../app/use-load.ts';

/** What a job found, and never what another did. Results don't change: one that was fetched is kept as long as the page. */
export function useJobResult(job: Job | undefined): Omit<Loaded<Result | VideoResult | undefined>, 'set'> {
  const id = job?.status === 'succeeded' ? job.id : undefined;
  const { value, error, isLoading, reload } = useLoad(
    async (signal) => ({
      id,
      result: id === undefined ? undefined : await segmentry.api.getJobResult({ id }, { signal }),
    }),
    [id],
  );
  return { error, isLoading, reload, value: value?.id === id ? value?.result : undefined };
}
