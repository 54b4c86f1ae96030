import { useEffect, useMemo, useState } from 'preact/hooks';
import { hasEnded, type Image, type Job, type Result } from '../../client/index.ts';
import { formatRelative } from '../app/format.ts';
import { changeQuery, Link, navigate, usePlace } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { useLive } from '../app/use-live.ts';
import { useLoad } from '../app/use-load.ts';
import { Empty, Failure } from '../components/common.tsx';
import { AnalyseDialog } from '../components/selection-bar.tsx';
import { loadImage } from '../components/thumbnail.tsx';
import { ResultPanel } from '../image/result-panel.tsx';
import { ResultView } from '../image/result-view.tsx';
import { useResultState } from '../image/use-result-state.ts';

/** One picture and what was found on it. */
export function ImagePage({ id }: { id: string }) {
  const { query } = usePlace();
  const image = useLoad((signal) => segmentry.api.getImage({ id }, { signal }), [id]);
  const bitmap = useLoad((signal) => loadImage(id, signal), [id]);
  const jobs = newestFirst(image.value?.jobs ?? []);
  const job =
    jobs.find((each) => each.id === query.get('job')) ??
    jobs.find(({ status }) => status === 'succeeded') ??
    jobs[0];
  const compared = jobs.find((each) => each.id === query.get('compare') && each.id !== job?.id);
  useLive(
    jobs.filter((each) => !hasEnded(each)).map((each) => `job:${each.id}` as const),
    ({ data }) => {
      if (hasEnded(data as unknown as Job)) image.reload();
      else if (image.value !== undefined) image.set(withStatus(image.value, data as unknown as Job));
    },
    image.reload,
  );
  useEffect(() => {
    if (image.value !== undefined) document.title = `${image.value.filename} · Segmentry`;
    return () => {
      document.title = 'Segmentry';
    };
  }, [image.value?.filename]);
  if (image.error !== undefined) {
    return (
      <Empty title="This image can't be shown">
        <Failure error={image.error} onRetry={image.reload} />
        <Link to="/images">Go to your images</Link>
      </Empty>
    );
  }
  if (image.value === undefined) return <p class="loading">The picture is being fetched.</p>;
  return (
    <LoadedImage
      image={image.value}
      bitmap={bitmap.value}
      bitmapError={bitmap.error}
      jobs={jobs}
      job={job}
      compared={compared}
    />
  );
}

interface LoadedImageProps {
  readonly image: Image;
  readonly bitmap: ImageBitmap | undefined;
  readonly bitmapError: unknown;
  readonly jobs: readonly Job[];
  readonly job: Job | undefined;
  readonly compared: Job | undefined;
}

function LoadedImage({ image, bitmap, bitmapError, jobs, job, compared }: LoadedImageProps) {
  const result = useResult(job);
  const second = useResult(compared);
  const [analyses, setAnalyses] = useState(false);
  const state = useResultState(image.id, result.value);
  const other = jobs.find((each) => each.id !== job?.id && each.status === 'succeeded');
  return (
    <div class="image-page">
      <section class="viewer" aria-label="Picture">
        <Failure error={bitmapError ?? result.error} />
        {bitmap === undefined ? (
          bitmapError === undefined && <p class="loading">The picture is being fetched.</p>
        ) : (
          <ResultView
            picture={bitmap}
            name={image.filename}
            state={state}
            second={second.value}
            canCompare={other !== undefined}
            onCompare={() => changeQuery({ compare: compared === undefined ? other?.id : undefined })}
          />
        )}
      </section>
      <aside class="panel" aria-label="What was found">
        <h1 class="panel-title" dir="auto">
          {image.filename}
        </h1>
        {jobs.length > 0 && (
          <label class="field">
            <span>Analysis</span>
            <select
              value={job?.id}
              onChange={({ currentTarget }) => changeQuery({ job: currentTarget.value, selected: undefined })}
            >
              {jobs.map((each) => (
                <option key={each.id} value={each.id}>
                  {describeJob(each)}
                </option>
              ))}
            </select>
          </label>
        )}
        {compared !== undefined && <p class="muted">Right of the divider: {describeJob(compared)}</p>}
        <JobState job={job} onAnalyse={() => setAnalyses(true)} />
        {job !== undefined && result.value !== undefined && (
          <ResultPanel image={image} job={job} state={state} />
        )}
        <div class="form-actions spread">
          <button type="button" onClick={() => setAnalyses(true)}>
            Analyse again
          </button>
          <Delete image={image} />
        </div>
      </aside>
      {analyses && <AnalyseDialog ids={[image.id]} onClose={() => setAnalyses(false)} />}
    </div>
  );
}

function JobState({ job, onAnalyse }: { job: Job | undefined; onAnalyse: () => void }) {
  if (job === undefined) {
    return (
      <p>
        No model has looked at it yet.{' '}
        <button type="button" class="link" onClick={onAnalyse}>
          Choose one
        </button>
      </p>
    );
  }
  if (job.status === 'queued') return <p role="status">It waits in the queue. The result comes by itself.</p>;
  if (job.status === 'running') return <p role="status">It is being analysed. The result comes by itself.</p>;
  if (job.status === 'canceled') return <p role="status">The analysis was canceled.</p>;
  if (job.status === 'failed')
    return <Failure error={new Error(job.error?.detail ?? 'The analysis failed.')} />;
  return null;
}

function Delete({ image }: { image: Image }) {
  const [isSure, setSure] = useState(false);
  const [error, setError] = useState<unknown>();
  const remove = () => segmentry.api.deleteImage({ id: image.id }).then(() => navigate('/images'), setError);
  return (
    <>
      <Failure error={error} />
      <button type="button" class="danger" onClick={() => (isSure ? void remove() : setSure(true))}>
        {isSure ? 'Delete with its results?' : 'Delete'}
      </button>
    </>
  );
}

/** Results don't change: one that was fetched is kept as long as the page. */
function useResult(job: Job | undefined) {
  const id = job?.status === 'succeeded' ? job.id : undefined;
  return useLoad(
    async (signal): Promise<Result | undefined> => {
      if (id === undefined) return undefined;
      const result = await segmentry.api.getJobResult({ id }, { signal });
      return 'detections' in result ? result : undefined;
    },
    [id],
  );
}

const newestFirst = (jobs: readonly Job[]) =>
  useMemo(() => jobs.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)), [jobs]);

const describeJob = ({ model, status, createdAt }: Job) =>
  `${model}${status === 'succeeded' ? '' : ` · ${status}`} · ${formatRelative(createdAt)}`;

const withStatus = (image: Image, news: Job): Image => ({
  ...image,
  jobs: image.jobs.map((job) => (job.id === news.id ? { ...job, status: news.status } : job)),
});
