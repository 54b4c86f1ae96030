import { useEffect, useState } from 'preact/hooks';
import { segmentry } from '../app/session.ts';
import { FrameReader, readLines } from './frame-reader.ts';

export interface Frames {
  readonly reader: FrameReader | undefined;
  readonly error: unknown;
}

/** The frames of a job's result, which can be asked for as soon as the first have come. */
export function useFrames(jobId: string | undefined): Frames {
  const [frames, setFrames] = useState<Frames & { readonly count: number }>(NONE);
  useEffect(() => {
    setFrames(NONE);
    if (jobId === undefined) return;
    const controller = new AbortController();
    const reader = new FrameReader();
    const tell = (error?: unknown) =>
      controller.signal.aborted || setFrames({ reader, error, count: reader.count });
    const add = (line: string) => {
      reader.add(line);
      if (reader.count % TOLD_EVERY === 1) tell();
    };
    segmentry.api
      .getJobFrames({ id: jobId }, { signal: controller.signal })
      .then(({ body }) => (body === null ? undefined : readLines(body, add)))
      .then(() => tell(), tell);
    return () => controller.abort();
  }, [jobId]);
  return frames;
}

const NONE = { reader: undefined, error: undefined, count: 0 };
const TOLD_EVERY = 50;
