import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { hasEnded, type Job } from '../../client/index.ts';
import { segmentry } from '../app/session.ts';

interface JobPage {
  readonly cursor: string | undefined;
  readonly items: readonly Job[];
}

const PAGE_SIZE = 100;
/** How many pages are asked for again at a time: of a batch of thousands most have ended or not begun. */
const PAGES_A_ROUND = 3;
const PAUSE_MS = 1_500;

export interface BatchJobs {
  readonly jobs: readonly Job[] | undefined;
  readonly error: unknown;
  reload(): void;
}

/**
 * The jobs of a batch. As long as some are open, the pages that hold them are asked for again, a few at a time.
 * @param expected how many there will be: they are made in the background.
 */
export function useBatchJobs(id: string, expected: number): BatchJobs {
  const [pages, setPages] = useState<readonly JobPage[]>();
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  const most = useRef(expected);
  most.current = expected;
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const follow = async () => {
      let known = await readAll(id, signal, setPages);
      while (!signal.aborted && isOpen(known, most.current)) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        if (!document.hidden) known = await refresh(id, { known, expected: most.current }, signal);
        setPages(known);
      }
    };
    setError(undefined);
    follow().catch((failure) => signal.aborted || setError(failure));
    return () => controller.abort();
  }, [id, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const jobs = useMemo(() => pages?.flatMap(({ items }) => items), [pages]);
  return { jobs, error, reload };
}

const countOf = (pages: readonly JobPage[]) => pages.reduce((sum, { items }) => sum + items.length, 0);

const isOpen = (pages: readonly JobPage[], expected: number) =>
  pages.some(hasOpen) || countOf(pages) < expected;

const hasOpen = ({ items }: JobPage) => items.some((job) => !hasEnded(job));

async function readAll(
  id: string,
  signal: AbortSignal,
  onPages?: (pages: readonly JobPage[]) => void,
): Promise<readonly JobPage[]> {
  const pages: JobPage[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(id, cursor, signal);
    pages.push({ cursor, items: page.items });
    onPages?.([...pages]);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

/** Jobs run in their order, so the first open ones are those that change. */
async function refresh(
  id: string,
  { known: pages, expected }: { known: readonly JobPage[]; expected: number },
  signal: AbortSignal,
): Promise<readonly JobPage[]> {
  if (countOf(pages) < expected) return readAll(id, signal);
  const open = pages.filter(hasOpen).slice(0, PAGES_A_ROUND);
  const fresh = await Promise.all(
    open.map(async (page) => ({ ...page, items: (await readPage(id, page.cursor, signal)).items })),
  );
  return pages.map((page) => fresh.find(({ cursor }) => cursor === page.cursor) ?? page);
}

const readPage = (id: string, cursor: string | undefined, signal: AbortSignal) =>
  segmentry.api.listBatchJobs({ id, limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) }, { signal });
