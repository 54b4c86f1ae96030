import { expect, it } from 'vitest';
import { JobStatus } from '../../../core/contracts/http/jobs.ts';
import { JOB_TRANSITIONS } from '../../../core/domain/entities/job.ts';
import { codeOf, readPage, tableOf } from '../../helpers/read-page.ts';

const page = readPage('job-statuses.md');

it('explains each status', () => {
  expect(tableOf(page, 'status', 'what it means').flatMap(([status]) => codeOf(status))).toEqual(
    JobStatus.options,
  );
});

it('tells of each transition that there is, and of no other', () => {
  const told = tableOf(page, 'from → to', 'who').flatMap(([move = '']) => {
    const [from = '', to = ''] = move.split('→');
    return codeOf(from).flatMap((start) => codeOf(to).map((end) => `${start} → ${end}`));
  });
  const allowed = Object.entries(JOB_TRANSITIONS).flatMap(([from, ends]) =>
    ends.map((to) => `${from} → ${to}`),
  );
  expect([...new Set(told)].sort()).toEqual(allowed.sort());
});
