import { expect } from 'vitest';
import { type Books, checkBooks } from './check-books.ts';

type Item = Record<string, unknown>;

/** All that is left when nothing goes on any more. */
export interface Outcome {
  /** The table's items of one kind, as they are stored. */
  readonly of: (entity: string) => readonly Item[];
  /** Keys of the bucket. */
  readonly objectKeys: readonly string[];
}

const ENDS = ['succeeded', 'failed', 'canceled'];
/** Failures of the input: what was charged for the analysis stays charged. */
const INPUT_FAILURES = ['damaged_image'];
const STATUSES = ['queued', 'running', ...ENDS];

/** What of it has not ended; empty where nothing is stuck. */
export function listStuck({ of }: Pick<Outcome, 'of'>): string[] {
  const stuck = (entity: string, isEnd: (item: Item) => boolean) =>
    of(entity)
      .filter((item) => !isEnd(item))
      .map(({ id, status, attempts }) => [entity, id, status, attempts].join(' ').trim());
  return [
    ...stuck('job', ({ status }) => ENDS.includes(String(status))),
    ...stuck('upload', ({ status }) => status === 'done' || status === 'failed'),
    ...stuck('batch', ({ status }) => status === 'finished'),
  ];
}

/** Objects whose record is not there: the reconciler removes them in time. */
export function listOrphans({ of, objectKeys }: Outcome): string[] {
  const ids = new Set(['image', 'video', 'job'].flatMap((entity) => of(entity).map(({ id }) => id)));
  const belongs = /^(images|thumbnails|videos|results|overlays)\/([^/.]+)/;
  return objectKeys.filter((key) => {
    const id = belongs.exec(key)?.[2];
    return id !== undefined && !ids.has(id);
  });
}

/** Every accepted thing has come to one end, and the counts, the books and the objects say the same. */
export function checkOutcome(outcome: Outcome, { low }: { readonly low: number }): void {
  expect(listStuck(outcome)).toEqual([]);
  checkCounts(outcome);
  checkBooks(booksByUser(outcome), { low });
  checkCharges(outcome);
  checkResults(outcome);
  checkObjects(outcome);
}

function checkCounts({ of }: Outcome): void {
  for (const [entity, field] of Object.entries({
    openJobCount: 'openJobs',
    openUploadCount: 'openUploads',
  })) {
    for (const [userId, counts] of Map.groupBy(of(entity), (count) => count.userId)) {
      const open = counts.reduce((sum, count) => sum + Number(count[field]), 0);
      expect([userId, field, open]).toEqual([userId, field, 0]);
    }
  }
  const jobs = new Map(of('job').map((job) => [job.id, job]));
  for (const { id, status, finalCounts } of of('batch')) {
    const counters = of('batchCounter').filter(({ batchId }) => batchId === id);
    const planned = of('batchPart')
      .filter(({ batchId }) => batchId === id)
      .flatMap((part) => part.jobs as { id: string }[]);
    const standing = planned.map((each) => jobs.get(each.id)?.status ?? 'gone');
    const gone = standing.filter((each) => each === 'gone').length;
    for (const end of STATUSES) {
      const counted = counters.reduce((sum, counter) => sum + Number(counter[end]), 0);
      const there = standing.filter((each) => each === end).length;
      // Jobs whose image was deleted count as what they were.
      if (gone === 0) expect([id, end, counted]).toEqual([id, end, there]);
      else expect(counted).toBeGreaterThanOrEqual(there);
      expect([id, end, (finalCounts as Record<string, number>)[end]]).toEqual([id, end, counted]);
    }
    const total = counters.flatMap((counter) => STATUSES.map((end) => Number(counter[end])));
    expect([id, status, total.reduce((sum, count) => sum + count, 0)]).toEqual([id, status, planned.length]);
  }
}

function booksByUser({ of }: Outcome): Books[] {
  const marks = new Map(of('creditCharge').map((mark) => [mark.item, mark]));
  return of('creditAccount').map((account) => {
    const own = (entity: string) => of(entity).filter(({ userId }) => userId === account.userId);
    const entries = own('creditEntry');
    const named = new Set(entries.flatMap(({ items }) => items as string[]));
    const books = { account, entries, holds: own('creditHold') };
    return { ...books, marks: [...named].flatMap((item) => marks.get(item) ?? []) } as unknown as Books;
  });
}

/** Who got an analysis has paid for it once; who got none has not. */
function checkCharges({ of }: Outcome): void {
  const marks = new Map(of('creditCharge').map(({ item, status }) => [item, status]));
  for (const { id, status, attempts, resultOf, error } of of('job')) {
    const mark = marks.get(`job:${id}`);
    const code = (error as { code?: string } | undefined)?.code ?? '';
    const isGivenBack =
      (status === 'failed' && !INPUT_FAILURES.includes(code)) || (status === 'canceled' && attempts === 0);
    // One that begins with an earlier result, or canceled, was never charged.
    const said = [id, status, code, attempts];
    if (resultOf !== undefined) expect([...said, mark]).toEqual([...said, undefined]);
    else if (isGivenBack) expect([...said, mark ?? 'refunded']).toEqual([...said, 'refunded']);
    else expect([...said, mark]).toEqual([...said, 'charged']);
  }
}

/** What has succeeded has one result, and nothing else has any; what has failed says why. */
function checkResults({ of }: Outcome): void {
  const results = new Set(of('result').map(({ jobId }) => jobId));
  const jobs = of('job');
  for (const { id, status, resultOf, error } of jobs) {
    expect([id, results.has(id)]).toEqual([id, status === 'succeeded' && resultOf === undefined]);
    if (status === 'failed')
      expect([id, error]).toEqual([
        id,
        expect.objectContaining({ code: expect.stringMatching(/^[a-z_]+$/) }),
      ]);
  }
  const known = new Set(jobs.map(({ id }) => id));
  expect([...results].filter((id) => !known.has(id))).toEqual([]);
}

/** No object without a record, no record without its object, and nothing left behind on the way. */
function checkObjects({ of, objectKeys }: Outcome): void {
  const under = (folder: string) => objectKeys.filter((key) => key.startsWith(`${folder}/`)).sort();
  const recorded = (entity: string, folder: string) =>
    of(entity)
      .map(({ id }) => `${folder}/${id}`)
      .sort();
  expect(under('images')).toEqual(recorded('image', 'images'));
  expect(under('videos')).toEqual(recorded('video', 'videos'));
  expect(under('archives')).toEqual([]);
  expect(under('uploads')).toEqual([]);
  const large = of('result').flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
  const frames = of('job').flatMap(({ id, status, video, resultOf }) =>
    video !== undefined && status === 'succeeded' && resultOf === undefined ? [`results/${id}.jsonl`] : [],
  );
  expect(under('results')).toEqual([...large, ...frames].sort());
}
