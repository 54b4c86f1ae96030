import { hasEnded, type Job } from '../../client/index.ts';
import { PROBLEM_GROUPS } from '../../core/contracts/problems/all-problems.ts';
import { formatCount } from '../app/format.ts';

/** Failures that have the same cause have the same remedy. */
export function Failures({ jobs }: { jobs: readonly Job[] }) {
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
            <p>
              <strong class="number">{formatCount(members.length)}</strong> {members[0]?.error?.detail}{' '}
              <code>{code}</code>
            </p>
            <p class="muted">{remedyOf(code)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The same words as on the page of all codes. */
const remedyOf = (code: string) =>
  PROBLEM_GROUPS.flatMap(({ codes }) => codes).find(([known]) => known === code)?.[3] ??
  'Try the failed ones again.';
