import { useRef, useState } from 'preact/hooks';
import type { Batch, Job } from '../../client/index.ts';
import { Link } from '../app/router.tsx';
import { saveFile } from '../app/save-file.ts';
import { segmentry } from '../app/session.ts';
import { useLive } from '../app/use-live.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Failures } from '../batch/failures.tsx';
import { useBatchJobs } from '../batch/use-batch-jobs.ts';
import { BatchBar } from '../components/batch-bar.tsx';
import { Empty, Failure, Page, StatusChip, When } from '../components/common.tsx';
import { VirtualList } from '../components/virtual-list.tsx';

const FORMATS = ['jsonl', 'csv', 'coco'] as const;

/** One batch as it fills up. */
export function BatchPage({ id }: { id: string }) {
  // What is told while it is on its way is newer, and might be the end.
  const told = useRef<Partial<Batch>>({});
  const batch = useLoad(
    async (signal) => {
      told.current = {};
      return { ...(await segmentry.api.getBatch({ id }, { signal })), ...told.current };
    },
    [id],
  );
  const jobs = useBatchJobs(id, batch.value?.jobs ?? 0);
  const names = useLoad(() => readNames(), []);
  const [error, setError] = useState<unknown>();
  useLive(
    [`batch:${id}`],
    ({ data }) => {
      told.current = data as Partial<Batch>;
      if (batch.value !== undefined) batch.set({ ...batch.value, ...told.current });
    },
    batch.reload,
  );
  if (batch.value === undefined) {
    return batch.error === undefined ? (
      <p class="loading">The batch is being fetched.</p>
    ) : (
      <Empty title="This batch can't be shown">
        <Failure error={batch.error} onRetry={batch.reload} />
        <Link to="/batches">Go to your batches</Link>
      </Empty>
    );
  }
  const { counts, status, models, createdAt } = batch.value;
  const isOpen = status === 'queued' || status === 'running';
  const act = (work: Promise<Batch>) =>
    void work.then((changed) => {
      batch.set(changed);
      jobs.reload();
    }, setError);
  return (
    <Page
      title="Batch"
      actions={
        <>
          {isOpen && (
            <button type="button" onClick={() => act(segmentry.api.cancelBatch({ id }))}>
              Cancel
            </button>
          )}
          {counts.failed > 0 && !isOpen && (
            <button type="button" onClick={() => act(segmentry.api.retryBatch({ id }))}>
              Try the failed again
            </button>
          )}
          {FORMATS.map((format) => (
            <button
              key={format}
              type="button"
              disabled={counts.succeeded === 0}
              onClick={() => void download(id, format).catch(setError)}
            >
              {format.toUpperCase()}
            </button>
          ))}
        </>
      }
    >
      <p class="muted">
        <StatusChip status={status} /> by {models.join(', ')}, begun <When at={createdAt} />
      </p>
      <BatchBar counts={counts} />
      <Failure error={error ?? jobs.error} onRetry={jobs.reload} />
      <Failures jobs={jobs.jobs ?? []} />
      {jobs.jobs !== undefined && (
        <VirtualList
          items={jobs.jobs}
          rowPx={44}
          label="Jobs"
          keyOf={(job) => job.id}
          render={(job) => <JobLine job={job} name={names.value?.get(job.image ?? job.video ?? '')} />}
        />
      )}
    </Page>
  );
}

/** Jobs name what they analyse by its id; people by its name. */
async function readNames(): Promise<ReadonlyMap<string, string>> {
  const lists = await Promise.all([
    take(segmentry.list('listImages'), MOST_NAMES),
    take(segmentry.list('listVideos'), MOST_NAMES),
  ]);
  return new Map(lists.flat().map(({ id, filename }) => [id, filename]));
}

const MOST_NAMES = 1_000;

function JobLine({ job, name }: { job: Job; name: string | undefined }) {
  const { id, image, video, model, status, error, finishedAt, createdAt, summary } = job;
  const page = image === undefined ? `/videos/${video}` : `/images/${image}`;
  return (
    <>
      <StatusChip status={status} />
      <Link to={`${page}?job=${id}`} class="truncate job-name">
        <bdi>{name ?? (image ?? video)?.slice(0, 8)}</bdi>
      </Link>
      <span class="muted truncate job-model">{model}</span>
      <span class="truncate grow job-found">
        {error?.detail ?? summary?.map(({ class: name, count }) => `${count} ${name}`).join(', ')}
      </span>
      <span class="muted">
        <When at={finishedAt ?? createdAt} />
      </span>
    </>
  );
}

/** A large file is written in the background: it is asked for again until it is there. */
async function download(id: string, format: (typeof FORMATS)[number]): Promise<void> {
  for (;;) {
    const response = await segmentry.api.getBatchResults({ id, format });
    if (response.status !== 202) {
      saveFile(await response.blob(), `${id}.${format === 'coco' ? 'coco.json' : format}`);
      return;
    }
    const seconds = Number(response.headers.get('retry-after') ?? 2);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}
