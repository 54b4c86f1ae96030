import { useState } from 'preact/hooks';
import { type Batch, hasEnded, type Job } from '../../client/index.ts';
import { Link } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { useLive } from '../app/use-live.ts';
import { take, useLoad } from '../app/use-load.ts';
import { BatchBar } from '../components/batch-bar.tsx';
import { Failure, Page, StatusChip, When } from '../components/common.tsx';
import { VirtualList } from '../components/virtual-list.tsx';

const FORMATS = ['jsonl', 'csv', 'coco'] as const;
const MOST_JOBS = 5_000;

/** One batch as it fills up. */
export function BatchPage({ id }: { id: string }) {
  const batch = useLoad((signal) => segmentry.api.getBatch({ id }, { signal }), [id]);
  const ended = batch.value === undefined ? 0 : endedOf(batch.value);
  const jobs = useLoad(
    (signal) => take(segmentry.list('listBatchJobs', { id }, { signal }), MOST_JOBS),
    [id, ended],
  );
  const [error, setError] = useState<unknown>();
  useLive(
    [`batch:${id}`],
    ({ data }) => {
      if (batch.value !== undefined) batch.set({ ...batch.value, ...(data as Partial<Batch>) });
    },
    batch.reload,
  );
  if (batch.value === undefined) {
    return batch.error === undefined ? (
      <p class="loading">The batch is being fetched.</p>
    ) : (
      <Failure error={batch.error} onRetry={batch.reload} />
    );
  }
  const { counts, status, models, createdAt } = batch.value;
  const isOpen = status === 'queued' || status === 'running';
  const act = (work: Promise<Batch>) => void work.then(batch.set, setError);
  return (
    <Page
      title={`Batch by ${models.join(', ')}`}
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
        <StatusChip status={status} /> begun <When at={createdAt} />
      </p>
      <BatchBar counts={counts} />
      <Failure error={error ?? jobs.error} onRetry={jobs.reload} />
      <Failures jobs={jobs.value ?? []} />
      {jobs.value !== undefined && (
        <VirtualList
          items={jobs.value}
          rowPx={44}
          label="Jobs"
          keyOf={(job) => job.id}
          render={(job) => <JobLine job={job} />}
        />
      )}
    </Page>
  );
}

const endedOf = ({ counts }: Batch) => counts.succeeded + counts.failed + counts.canceled;

function JobLine({
  job: { id, image, video, model, status, error, finishedAt, createdAt, summary },
}: {
  job: Job;
}) {
  return (
    <>
      <StatusChip status={status} />
      {image === undefined ? (
        <span class="truncate">Video {video}</span>
      ) : (
        <Link to={`/images/${image}?job=${id}`} class="truncate">
          {image.slice(0, 8)}
        </Link>
      )}
      <span class="muted truncate">{model}</span>
      <span class="truncate grow">
        {error?.detail ?? summary?.map(({ class: name, count }) => `${count} ${name}`).join(', ')}
      </span>
      <span class="muted">
        <When at={finishedAt ?? createdAt} />
      </span>
    </>
  );
}

/** Failures that have the same cause have the same remedy. */
function Failures({ jobs }: { jobs: readonly Job[] }) {
  const byCode = Map.groupBy(
    jobs.filter((job) => hasEnded(job) && job.error !== undefined),
    ({ error }) => error?.code ?? '',
  );
  if (byCode.size === 0) return null;
  return (
    <section class="failures">
      <h2>What failed</h2>
      <ul>
        {[...byCode].map(([code, members]) => (
          <li key={code}>
            <strong class="number">{members.length}</strong> {members[0]?.error?.detail} <code>{code}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A large file is written in the background: it is asked for again until it is there. */
async function download(id: string, format: (typeof FORMATS)[number]): Promise<void> {
  for (;;) {
    const response = await segmentry.api.getBatchResults({ id, format });
    if (response.status !== 202) {
      const url = URL.createObjectURL(await response.blob());
      const link = document.createElement('a');
      link.href = url;
      link.download = `${id}.${format === 'coco' ? 'coco.json' : format}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      return;
    }
    const seconds = Number(response.headers.get('retry-after') ?? 2);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}
