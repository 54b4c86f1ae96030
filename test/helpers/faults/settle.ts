import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { listOrphans, listStuck, type Outcome } from '../check-outcome.ts';
import type { FaultRun } from './fault-run.ts';
import { listUntold } from './list-untold.ts';
import { countMessages, readDeadLetters, readOutcome } from './read-outcome.ts';

/** As long as nothing gets less, all is given up: a message that lost its worker hides for a minute, five times at most. */
const PATIENCE_SECONDS = 400;
const PAUSE_MS = 3000;
/** After these many looks, messages count as lost for good. */
const LOOKS_BEFORE_LOST = 4;
const SIX_DAYS = 6 * 24 * 60;
const SHOWN = 10;

/**
 * Waits until all has ended and is told. Where no message is left, the reconciler looks at what has lost its own, and
 * removes what lies in the bucket without a record.
 * Bounded by progress: a slow machine takes longer.
 */
export async function settle(run: FaultRun): Promise<Outcome> {
  const { deployment, topic, receiver } = run;
  let least = Number.POSITIVE_INFINITY;
  let progressAt = Date.now();
  for (let looks = 0; ; ) {
    const outcome = await readOutcome(deployment);
    const told = { heard: topic.heard, calls: receiver.calls };
    const missing = [...listStuck(outcome), ...listUntold(outcome, told), ...listOrphans(outcome)];
    const messages = sum(Object.values(await countMessages(deployment)));
    if (missing.length + messages === 0) return outcome;
    if (missing.length + messages < least) {
      least = missing.length + messages;
      progressAt = Date.now();
    }
    if (Date.now() - progressAt > PATIENCE_SECONDS * 1000) expect.fail(await describeMissing(run, missing));
    if (messages === 0) {
      looks += 1;
      // It looks for orphans in one of four folders each minute.
      await deployment.reconcileIn(looks > LOOKS_BEFORE_LOST ? SIX_DAYS + (looks % 4) : 20);
    }
    await sleep(PAUSE_MS);
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

async function describeMissing({ deployment }: FaultRun, missing: readonly string[]): Promise<string> {
  const messages = JSON.stringify(await countMessages(deployment));
  const letters = await readDeadLetters(deployment, 0);
  const dead = letters.slice(0, SHOWN).map(({ queue, body }) => `${queue}: ${body.slice(0, 200)}`);
  const stuck = `${missing.length} stuck or untold: ${missing.slice(0, SHOWN).join('; ')}.`;
  return `${stuck} Messages: ${messages}. Dead letters: ${dead.join('; ')}`;
}
