import { createHash } from 'node:crypto';
import type { AwsCall } from './aws-call.ts';
import { KILLS, planDeaths } from './plan-deaths.ts';

/** What may happen to one call. `lost`: it is done, and its answer never comes. */
export const FAULTS = [
  'latency',
  'reset',
  'lost',
  'time-out',
  'error 500',
  'throttle',
  'conflict',
  'unprocessed',
  'refused messages',
  ...KILLS,
] as const;
export type Fault = (typeof FAULTS)[number];

/** Of a thousand calls that a fault fits. */
const PER_THOUSAND: readonly (readonly [Fault, number])[] = [
  ['reset', 7],
  ['lost', 10],
  ['time-out', 1],
  ['error 500', 8],
  ['throttle', 12],
  ['conflict', 15],
  ['unprocessed', 150],
  ['refused messages', 40],
  ['latency', 30],
];
/** Of a thousand calls, those after which the same call fails so often that the SDK gives it up. */
const STORMS_PER_THOUSAND = 4;
const STORM_CALLS = 6;

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems'];
const BATCHES = ['BatchGetItem', 'BatchWriteItem'];

function fits(fault: Fault, { service, operation }: AwsCall): boolean {
  if (fault === 'conflict') return service === 'dynamodb' && WRITES.includes(operation);
  if (fault === 'unprocessed') return service === 'dynamodb' && BATCHES.includes(operation);
  if (fault === 'refused messages') return operation === 'SendMessageBatch';
  return true;
}

export interface FaultPlanOptions {
  readonly seed: number;
  /** The share of kinds of calls over which workers die. */
  readonly deadlyShare: number;
}

/**
 * Says what happens to the nth call of a kind: it follows from the seed, the kind and n, so that a run of the same seed
 * does the same to the same call however calls of different workers are mixed. Workers die once before and once after
 * each kind of call.
 */
export function createFaultPlan({ seed, deadlyShare }: FaultPlanOptions) {
  const counts = new Map<string, number>();
  /** From 0 to 1. */
  const chance = (...about: readonly (string | number)[]) =>
    createHash('sha256')
      .update([seed, ...about].join(' '))
      .digest()
      .readUInt32BE() /
    2 ** 32;
  const isStormy = (name: string, n: number) => chance('storm', name, n) * 1000 < STORMS_PER_THOUSAND;
  const deaths = planDeaths((name) => chance('deadly', name) < deadlyShare);

  return {
    /** How often each kind of call was made, and how many deaths there were over it. */
    counts,
    deaths: deaths.deaths,
    died: deaths.died,

    /** The fault of the next call of that name, if it has one, and a number from 0 to 1 that goes with it. */
    next(name: string, call: AwsCall): { fault: Fault | undefined; chance: number } {
      const n = (counts.get(name) ?? 0) + 1;
      counts.set(name, n);
      const more = chance('more', name, n);
      const death = deaths.next(name, call);
      if (death !== undefined) return { fault: death, chance: more };
      for (let start = Math.max(1, n - STORM_CALLS + 1); start <= n; start += 1) {
        if (isStormy(name, start))
          return { fault: chance('kind', name, start) < 0.5 ? 'throttle' : 'error 500', chance: more };
      }
      const fault = PER_THOUSAND.find(
        ([each, rate]) => fits(each, call) && chance(each, name, n) * 1000 < rate,
      );
      return { fault: fault?.[0], chance: more };
    },
  };
}
