import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { listStuck, type Outcome } from '../check-outcome.ts';
import type { FaultRun } from './fault-run.ts';
import { listUntold } from './list-untold.ts';
import { countMessages, readDeadLetters, readOutcome } from './read-outcome.ts';

/** What is left to settle when nothing fails any more: a message that lost its worker hides for up to 30 s. */
const SETTLE_SECONDS = 300;
const QUIET_SECONDS = 120;
/** After these many looks, messages count as lost for good. */
const LOOKS_BEFORE_LOST = 4;
const SIX_DAYS = 6 * 24 * 60;
const SHOWN = 10;

async function untilQuiet({ deployment }: FaultRun): Promise<void> {
  const deadline = Date.now() + QUIET_SECONDS * 1000;
  for (;;) {
    const counts = await countMessages(deployment);
    if (Object.values(counts).every((count) => count === 0)) return;
    if (Date.now() > deadline) return;
    await sleep(1000);
  }
}

/** Waits until all has ended and is told, and has the reconciler look at what has lost its message. */
export async function settle(run: FaultRun): Promise<Outcome> {
  const deadline = Date.now() + SETTLE_SECONDS * 1000;
  for (let look = 1; ; look += 1) {
    await untilQuiet(run);
    const outcome = await readOutcome(run.deployment);
    const told = { heard: run.topic.heard, calls: run.receiver.calls };
    const missing = [...listStuck(outcome), ...listUntold(outcome, told)];
    if (missing.length === 0) return outcome;
    if (Date.now() > deadline) expect.fail(await describeMissing(run, missing));
    await run.deployment.reconcileIn(look > LOOKS_BEFORE_LOST ? SIX_DAYS : 20);
  }
}

async function describeMissing({ deployment }: FaultRun, missing: readonly string[]): Promise<string> {
  const messages = JSON.stringify(await countMessages(deployment));
  const letters = await readDeadLetters(deployment);
  const dead = letters.slice(0, SHOWN).map(({ queue, body }) => `${queue}: ${body.slice(0, 200)}`);
  const stuck = `${missing.length} stuck or untold: ${missing.slice(0, SHOWN).join('; ')}.`;
  return `${stuck} Messages: ${messages}. Dead letters: ${dead.join('; ')}`;
}
