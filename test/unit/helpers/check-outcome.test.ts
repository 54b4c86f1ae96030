import { beforeAll, expect, it } from 'vitest';
import { checkOutcome, type Outcome } from '../../helpers/check-outcome.ts';
import { listDoubled, listUntold } from '../../helpers/faults/list-untold.ts';
import { createRandom } from '../../helpers/kill-functions.ts';
import { createFaultWorld } from '../../helpers/memory-table/fault-world.ts';
import { TERMS } from '../../helpers/memory-table/media-world.ts';
import { playLife } from '../../helpers/memory-table/play-life.ts';

type Item = Record<string, unknown>;

/** What a life without any fault has left. */
let items: readonly Item[];
let keys: readonly string[];
beforeAll(async () => {
  const world = createFaultWorld(undefined, createRandom(1));
  await playLife(world);
  items = [...world.media.memory.items.values()];
  keys = [...world.media.objects.keys()];
});

const outcomeOf = (all: readonly Item[], objectKeys = keys): Outcome => ({
  of: (entity) => all.filter((item) => item.__edb_e__ === entity),
  objectKeys,
});
const check = (outcome: Outcome) => checkOutcome(outcome, { low: TERMS.low });

/** The items with the first of its kind changed. */
function change(entity: string, changes: Item, which: (item: Item) => boolean = () => true): Item[] {
  const found = items.find((item) => item.__edb_e__ === entity && which(item));
  if (found === undefined) throw new Error(`There is no such ${entity}.`);
  return items.map((item) => (item === found ? { ...item, ...changes } : item));
}
const without = (entity: string): Item[] => {
  const found = items.find((item) => item.__edb_e__ === entity);
  return items.filter((item) => item !== found);
};
const hasEnded = ({ status }: Item) => status === 'succeeded';

it('finds nothing wrong with what is right', () => {
  check(outcomeOf(items));
});

it.each<[string, () => Outcome]>([
  ['a job is stuck', () => outcomeOf(change('job', { status: 'queued' }))],
  ['an upload is stuck', () => outcomeOf(change('upload', { status: 'processing' }))],
  ['a batch is stuck', () => outcomeOf(change('batch', { status: 'open' }))],
  ['a user has more open jobs than there are', () => outcomeOf(change('openJobCount', { openJobs: 7 }))],
  [
    'a user has more open uploads than there are',
    () => outcomeOf(change('openUploadCount', { openUploads: 7 })),
  ],
  ['a batch counts a job twice', () => outcomeOf(change('batchCounter', { succeeded: 9 }))],
  ['a batch tells other counts', () => outcomeOf(change('batch', { finalCounts: { succeeded: 99 } }))],
  [
    'a charge is doubled',
    () => {
      const debit = items.find(({ __edb_e__: entity, kind }) => entity === 'creditEntry' && kind === 'debit');
      return outcomeOf([...items, { ...debit, id: 'ent_doubled' }]);
    },
  ],
  ['the balance is another than its entries', () => outcomeOf(change('creditAccount', { balance: 1 }))],
  [
    'a job was never charged',
    () =>
      outcomeOf(change('creditCharge', { status: 'refunded' }, ({ item }) => `${item}`.startsWith('job:'))),
  ],
  ['a job has no result', () => outcomeOf(without('result'))],
  ['a result has no job', () => outcomeOf(without('job'))],
  [
    'a failure has no name',
    () => outcomeOf(change('job', { error: undefined }, ({ status }) => status === 'failed')),
  ],
  [
    'a job failed that has a result',
    () => outcomeOf(change('job', { status: 'failed', error: { code: 'a' } }, hasEnded)),
  ],
  [
    'an image has no object',
    () =>
      outcomeOf(
        items,
        keys.filter((key) => !key.startsWith('images/')),
      ),
  ],
  ['an object has no image', () => outcomeOf(items, [...keys, 'images/orphan'])],
  ['an archive is left', () => outcomeOf(items, [...keys, 'archives/upl_1'])],
  ['an upload is left', () => outcomeOf(items, [...keys, 'uploads/upl_1'])],
  ['a large result is left', () => outcomeOf(items, [...keys, 'results/job_1.json'])],
])('finds it where %s', (_, plant) => {
  expect(() => check(plant())).toThrow();
});

const event = (id: string, timestamp = 't') => ({ type: 'job.succeeded', timestamp, data: { id } });
const call = (webhookId: string, of: ReturnType<typeof event>) =>
  ({ headers: { 'webhook-id': webhookId }, event: of }) as never;

it('finds what nobody was told of, and what was told under two ids', () => {
  const outcome = { of: (entity: string) => (entity === 'job' ? [{ id: 'job_1', finishedAt: 't' }] : []) };
  const heard = [{ id: 'evt_1', event: event('job_1') }];
  expect(listUntold(outcome, { heard, calls: [call('evt_1', event('job_1'))] })).toEqual([]);
  expect(listUntold(outcome, { heard: [], calls: [call('evt_1', event('job_1'))] })).toHaveLength(1);
  expect(listUntold(outcome, { heard, calls: [call('evt_1', event('job_1', 'other'))] })).toHaveLength(1);
  expect(listDoubled({ heard, calls: [call('evt_1', event('job_1'))] })).toEqual([]);
  expect(listDoubled({ heard, calls: [call('evt_2', event('job_1'))] })).toHaveLength(1);
});
