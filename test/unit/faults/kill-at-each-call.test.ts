import { expect, it } from 'vitest';
import { checkOutcome } from '../../helpers/check-outcome.ts';
import { createRandom } from '../../helpers/kill-functions.ts';
import { createFaultWorld, type Death, type FaultWorld } from '../../helpers/memory-table/fault-world.ts';
import { TERMS } from '../../helpers/memory-table/media-world.ts';
import { playLife } from '../../helpers/memory-table/play-life.ts';

const seed = Number(process.env.FAULTS_SEED ?? 1);
/** Every how many calls a worker dies: each by `npm run test:faults`. */
const STEP = Number(process.env.FAULTS_STEP ?? 23);
/** Every accepted thing has come to one end, and the books and the objects say the same. */
function check({ media, deadLetters }: FaultWorld): void {
  const of = (entity: string) => media.itemsOf(entity) as unknown as Record<string, unknown>[];
  checkOutcome({ of, objectKeys: [...media.objects.keys()] }, { low: TERMS.low });
  // Two that were asked for, and the zip's.
  expect(of('batch')).toHaveLength(3);
  expect(deadLetters.filter(({ kind }) => kind === 'job')).toEqual([]);
}

async function run(death: Death | undefined): Promise<number> {
  const world = createFaultWorld(death, createRandom(seed));
  await playLife(world);
  check(world);
  return world.calls;
}

it(`comes to one right end wherever a worker dies (seed ${seed}, every ${STEP} calls)`, {
  timeout: 3_600_000,
}, async () => {
  const calls = await run(undefined);
  expect(calls).toBeGreaterThan(100);
  let deaths = 0;
  for (let at = 1 + (seed % STEP); at <= calls; at += STEP) {
    for (const moment of ['before', 'after'] as const) {
      await run({ call: at, moment }).catch((error: unknown) => {
        throw new Error(`Killed ${moment} call ${at} of ${calls}: ${String(error)}`, { cause: error });
      });
      deaths += 1;
    }
  }
  process.stdout.write(`faults: ${JSON.stringify({ seed, calls, deaths })}\n`);
});
