import { useMemo } from 'preact/hooks';
import type { Job } from '../../client/index.ts';
import { changeQuery, usePlace } from '../app/router.tsx';
import { Failure } from '../components/common.tsx';
import { describeJob } from './describe-job.ts';

export interface Analyses {
  /** Newest first. */
  readonly jobs: readonly Job[];
  /** The one that is shown: as the address says, or the newest that has a result. */
  readonly job: Job | undefined;
  /** The one that it is held against. */
  readonly compared: Job | undefined;
  /** Those that it could be held against. */
  readonly others: readonly Job[];
}

/** The analyses of an image or a video, and which of them the address names. */
export function useAnalyses(unordered: readonly Job[] | undefined): Analyses {
  const { query } = usePlace();
  const jobs = useMemo(
    () => (unordered ?? []).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)),
    [unordered],
  );
  const job =
    jobs.find(({ id }) => id === query.get('job')) ??
    jobs.find(({ status }) => status === 'succeeded') ??
    jobs[0];
  const others = jobs.filter(({ id, status }) => id !== job?.id && status === 'succeeded');
  return { jobs, job, others, compared: others.find(({ id }) => id === query.get('compare')) };
}

/** Which analysis is shown, and which it is held against. */
export function AnalysisPicker({ jobs, job, compared, others }: Analyses) {
  const [newest] = jobs;
  if (newest === undefined) return null;
  return (
    <>
      <JobSelect
        name="Analysis"
        jobs={jobs}
        value={job?.id}
        onChange={(id) => changeQuery({ job: id, selected: undefined })}
      />
      {compared !== undefined && (
        <JobSelect
          name="Right of the divider"
          jobs={others}
          value={compared.id}
          onChange={(id) => changeQuery({ compare: id })}
        />
      )}
      {newest !== job && newest.status !== 'succeeded' && <Newest job={newest} />}
    </>
  );
}

/** While an earlier result is shown, how the newest analysis stands. */
const Newest = ({ job }: { job: Job }) => (
  <div class="hint">
    <strong>{job.model}</strong> <JobState job={job} onAnalyse={() => undefined} />
  </div>
);

interface JobSelectProps {
  readonly name: string;
  readonly jobs: readonly Job[];
  readonly value: string | undefined;
  onChange(id: string): void;
}

function JobSelect({ name, jobs, value, onChange }: JobSelectProps) {
  return (
    <label class="field">
      <span>{name}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {jobs.map((job) => (
          <option key={job.id} value={job.id}>
            {describeJob(job)}
          </option>
        ))}
      </select>
    </label>
  );
}

const WAITING: Partial<Record<Job['status'], string>> = {
  queued: 'It waits in the queue. The result comes by itself.',
  running: 'It is being analysed. The result comes by itself.',
  canceled: 'The analysis was canceled.',
};

/** How the shown analysis stands, where it has no result. */
export function JobState({ job, onAnalyse }: { job: Job | undefined; onAnalyse: () => void }) {
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
  if (job.status === 'failed')
    return <Failure error={new Error(job.error?.detail ?? 'The analysis failed.')} />;
  const words = WAITING[job.status];
  if (words === undefined) return null;
  const percent = Math.round(job.progress * 100);
  return (
    <p role="status">
      {words} {job.status === 'running' && percent > 0 && <span class="number">{percent} %</span>}
    </p>
  );
}
