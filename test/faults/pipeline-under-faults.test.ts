import { randomInt } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { checkOutcome, type Outcome } from '../helpers/check-outcome.ts';
import { checkAccepted, checkErased } from '../helpers/faults/check-clients.ts';
import { FAULTS, type Fault } from '../helpers/faults/fault-plan.ts';
import { createFaultRun, type FaultRun } from '../helpers/faults/fault-run.ts';
import { canFindProcesses } from '../helpers/faults/find-process.ts';
import { listDoubled } from '../helpers/faults/list-untold.ts';
import { KILLS } from '../helpers/faults/plan-deaths.ts';
import { readDeadLetters } from '../helpers/faults/read-outcome.ts';
import { settle } from '../helpers/faults/settle.ts';
import { planWorkload } from '../helpers/faults/workload.ts';

const seed = Number(process.env.FAULTS_SEED ?? randomInt(2 ** 31));
/** 500 by `npm run test:faults`. */
const jobCount = Number(process.env.FAULTS_JOBS ?? 40);
/** Within which all is to be over, on whatever machine. */
const minutes = Number(process.env.FAULTS_MINUTES ?? 15);
/** Of these minutes, for what clients do: what is begun then has the rest to come to its end. */
const BUSY_SHARE = 0.6;
/** With poison, and a death over every kind of call. */
const isLong = jobCount >= 100;
const TERMS = { low: 50_000 };
const ACTIONS_PER_LOOK = 10;

const undos: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const undo of undos.reverse()) await undo();
});

/**
 * Everything that clients do while everything fails; the emulator is started again in the middle.
 * @returns how much of it was left out because the machine is slow.
 */
async function playUnderFaults(run: FaultRun, untilMs: number): Promise<number> {
  const { deployment, proxy, repeater } = run;
  await deployment.putBehind(proxy);
  const workload = planWorkload({ ...run, jobCount, hasPoison: isLong });
  const skipped = await workload.run(async (begun) => {
    if (begun % ACTIONS_PER_LOOK === 0) void deployment.reconcileIn(0);
    if (begun === Math.floor(workload.count / 2)) await deployment.restart();
  }, untilMs);
  proxy.calm();
  await repeater.drain();
  for (const { id, isErased } of run.leaving) if (isErased) await run.eraseAgain(id);
  return skipped;
}

function summarize(run: FaultRun, { of }: Outcome) {
  const { plan, proxy, repeater, facts, topic, receiver } = run;
  const jobs = of('job');
  const count = (status: string) => jobs.filter((job) => job.status === status).length;
  return {
    seed,
    jobs: jobs.length,
    succeeded: count('succeeded'),
    failed: count('failed'),
    canceled: count('canceled'),
    batches: of('batch').length,
    uploads: of('upload').length,
    ...facts,
    kinds: plan.counts.size,
    ...deathsOf(plan),
    calls: [...plan.counts.values()].reduce((sum, each) => sum + each, 0),
    copies: repeater.copies,
    injected: Object.fromEntries(proxy.injected),
    events: topic.heard.length,
    webhooks: receiver.calls.length,
  };
}

/** Over how many kinds of calls workers have died before and after the call, and over which not. */
function deathsOf({ counts, deaths }: FaultRun['plan']) {
  const spared = [...counts.keys()].filter((name) => (deaths.get(name) ?? 0) < KILLS.length);
  return {
    killedBefore: deaths.size,
    killedAfter: [...deaths.values()].filter((count) => count === KILLS.length).length,
    ...(isLong && {
      spared: spared.map((name) => `${name} (${deaths.get(name) ?? 0} of ${counts.get(name)})`),
    }),
  };
}

/** What no worker can do fails, besides what lost its image, and nothing else dies. @returns the dead letters. */
async function checkPoison({ deployment, models, users }: FaultRun, { of }: Outcome) {
  const poisoned = of('job').filter(({ model }) => (model as { id: string }).id === models.poison);
  const deleted = new Set(users.flatMap(({ deletedImages }) => [...deletedImages]));
  const failures = of('job').filter(
    (job) => job.status === 'failed' && !poisoned.includes(job) && !deleted.has(String(job.mediaId)),
  );
  expect(failures.map(({ id, error, attempts }) => ({ id, error, attempts }))).toEqual([]);
  const letters = await readDeadLetters(deployment);
  const others = letters.filter(({ body }) => !poisoned.some(({ id }) => body.includes(String(id))));
  expect(others.map(({ queue, body }) => `${queue}: ${body}`)).toEqual([]);
  return letters;
}

/** Once the fault is mended, dead letters can be put back, and what has failed can be retried. */
async function heal(run: FaultRun, letters: Awaited<ReturnType<typeof readDeadLetters>>): Promise<void> {
  expect(letters.length).toBeGreaterThan(0);
  await run.models.heal();
  for (const letter of letters) await letter.redrive();
  for (const { call, batches } of run.users) {
    for (const id of batches) await call(`POST /v1/batches/${id}/retry`);
  }
  const healed = await settle(run);
  checkOutcome(healed, TERMS);
  expect(await readDeadLetters(run.deployment)).toEqual([]);
  const isFailed = ({ status, mediaId }: Record<string, unknown>) =>
    status === 'failed' && run.users.every(({ deletedImages }) => !deletedImages.has(String(mediaId)));
  const failed = new Set(
    healed
      .of('job')
      .filter(isFailed)
      .map(({ id }) => id),
  );
  const standing = healed.of('batchPart').flatMap(({ jobs }) => jobs as { id: string }[]);
  expect(standing.filter(({ id }) => failed.has(id))).toEqual([]);
}

it(`nothing is lost, doubled or stuck (seed ${seed}, ${jobCount} jobs)`, {
  timeout: minutes * 60_000,
}, async () => {
  const startedAt = Date.now();
  const run = await createFaultRun({
    seed,
    isLong,
    onTakeDown: (undo) => undos.push(undo),
  });
  const skipped = await playUnderFaults(run, startedAt + BUSY_SHARE * minutes * 60_000);
  const outcome = await settle(run);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  process.stdout.write(`faults: ${JSON.stringify({ ...summarize(run, outcome), skipped, seconds })}\n`);

  checkOutcome(outcome, TERMS);
  checkAccepted(run, outcome);
  checkErased(run, outcome);
  expect(listDoubled({ heard: run.topic.heard, calls: run.receiver.calls })).toEqual([]);
  const letters = await checkPoison(run, outcome);
  const kills = KILLS.filter((kill) => run.proxy.injected.has(kill));
  if (canFindProcesses) expect(kills).toEqual([...KILLS]);
  if (!isLong) return;
  const wanted = FAULTS.filter((fault) => canFindProcesses || !(KILLS as readonly Fault[]).includes(fault));
  if (skipped === 0) expect(wanted.filter((fault) => !run.proxy.injected.has(fault))).toEqual([]);
  await heal(run, letters);
});
