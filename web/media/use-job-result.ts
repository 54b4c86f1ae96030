import { useRef } from 'preact/hooks';
import type { Job, Result, VideoResult } from '../../client/index.ts';
import { segmentry } from '../app/session.ts';
import { type Loaded, useLoad } from '../app/use-load.ts';

/** What a job found, and never what another did. Results don't change: one that was fetched is kept as long as the page. */
export function useJobResult(job: Job | undefined): Omit<Loaded<Result | VideoResult | undefined>, 'set'> {
  const id = job?.status === 'succeeded' ? job.id : undefined;
  const fetched = useRef(new Map<string, Result | VideoResult>());
  const { value, error, isLoading, reload } = useLoad(
    async (signal) => {
      if (id === undefined) return { id };
      const result = fetched.current.get(id) ?? (await segmentry.api.getJobResult({ id }, { signal }));
      fetched.current.set(id, result);
      return { id, result };
    },
    [id],
  );
  return { error, isLoading, reload, value: value?.id === id ? value?.result : undefined };
}
