import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListQueuesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { checkBooks } from '../helpers/check-books.ts';
import { openCredits, readBooks, SETTINGS } from '../helpers/credits.ts';
import { type EventListener, hearEvents } from '../helpers/hear-events.ts';
import { createFunctionKiller, createRandom } from '../helpers/kill-functions.ts';
import { makeImage } from '../helpers/make-image.ts';
import { makeZip } from '../helpers/make-zip.ts';
import { needs } from '../helpers/needs.ts';
import { sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { reconcileIn } from '../helpers/reconcile.ts';
import { createTestAdmin, createTestUser } from '../helpers/signed-in.ts';
import { addModel, manifestOf, tinyModel } from '../helpers/tiny-models.ts';
import { startReceiver, verify, type WebhookReceiver } from '../helpers/webhook-receiver.ts';

const deployment = inject('deployment');
const { sqs } = createAwsClients(deployment);
const [slowModel] = deployment.models;
const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31));
const random = createRandom(seed);
const { kill, countDeaths } = createFunctionKiller(deployment.runPath, random);

/** What is killed, by the construct its function stands in: the worker, and all who announce. */
const VICTIMS = ['AnalyzeImage', 'AnnounceChanges', 'PlanDeliveries', 'DeliverWebhook'];
/** How often each is to die over an event, as far as there is work left to die over. */
const DEATHS = 3;
const IMAGES = 50;
const BATCHES = 4;
const JOBS = IMAGES * BATCHES;
/** Calls over which the deliverer is killed while they are answered, and that never are. */
const UNANSWERED = 3;
const PATIENCE_SECONDS = 240;

const user = await createTestUser();
const { call } = user;
let receiver: WebhookReceiver;
let topic: EventListener;
let secret: string;

/** How long a message stays hidden when its planner has died: on AWS minutes, which a test can't wait. */
async function hidePublishedFor(seconds: number) {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const published = QueueUrls.filter((url) => url.includes('Published') && !url.includes('DeadLetters'));
  expect(published).toHaveLength(1);
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: published[0],
      Attributes: { VisibilityTimeout: String(seconds) },
    }),
  );
}

/** Where workers are processes that can be found. */
const canKill = deployment.emulator === 'ministack';

beforeAll(async () => {
  if (!canKill) return;
  let unanswered = 0;
  receiver = await startReceiver((_, earlier) => {
    if (unanswered === UNANSWERED || earlier.length > 0) return {};
    unanswered += 1;
    kill('DeliverWebhook');
    return { hangs: true };
  });
  topic = await hearEvents({ userId: [user.id] });
  const { body } = await call('POST /v1/webhooks', {
    json: { url: receiver.url, events: ['job.*', 'batch.*'] },
  });
  secret = body.secret;
  await hidePublishedFor(15);
});
afterAll(async () => {
  if (!canKill) return;
  await hidePublishedFor(180);
  await topic.stop();
  await receiver.stop();
});

async function uploadImages(): Promise<string[]> {
  const image = await makeImage(1);
  const files = Array.from({ length: IMAGES }, (_, index) => ({
    name: `${index}.jpg`,
    bytes: Buffer.concat([image, Buffer.from(`${seed} ${index}`)]),
  }));
  const bytes = await makeZip(files);
  const zip = { filename: 'many.zip', contentType: 'application/zip', request: { kind: 'zip' } };
  const { id } = await sendPresigned(call, { bytes, ...zip });
  const { images } = await waitForEnd(call, `/v1/uploads/${id}`);
  expect(images).toHaveLength(IMAGES);
  return images;
}

interface FinishedJob {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  readonly finishedAt: string;
}

async function listJobs(batchId: string): Promise<FinishedJob[]> {
  const { body } = await call(`GET /v1/batches/${batchId}/jobs?limit=100`);
  return body.items;
}

/** What was told of a thing: event ids by SNS, `webhook-id`s by webhook. */
const toldOf = (id: string) => ({
  sns: topic.heard.filter(({ event }) => event.data.id === id),
  calls: receiver.callsAbout(id),
});
const isTold = (id: string) => {
  const { sns, calls } = toldOf(id);
  return sns.length > 0 && calls.length > 0;
};

/** @returns the ids of the batches. */
async function submit(): Promise<string[]> {
  const admin = await createTestAdmin();
  const manifest = manifestOf(tinyModel('yolov8-detect'));
  await addModel(admin.call, tinyModel('yolov8-detect'), manifest);
  const images = await uploadImages();
  const batches: string[] = [];
  for (let count = 0; count < BATCHES; count += 1) {
    // One whose jobs take long enough to die over.
    const model = count === 0 ? slowModel : manifest.id;
    const json = { images, models: [model], options: { confidence: 0.2 + count / 10 } };
    const { status, body } = await call('POST /v1/batches', { json });
    expect({ status, body }).toMatchObject({ status: 202 });
    batches.push(body.id);
  }
  return batches;
}

/** Kills until each victim has died over events often enough, or nothing is left to die over. */
async function killWhile(isBusy: () => boolean) {
  const before = new Map(VICTIMS.map((each) => [each, countDeaths(each)]));
  const deaths = (victim: string) => countDeaths(victim) - (before.get(victim) ?? 0);
  let kills = 0;
  for (;;) {
    const victims = VICTIMS.filter((each) => deaths(each) < DEATHS);
    if (victims.length === 0 || !isBusy()) break;
    await sleep(50 + random() * 500);
    if (kill(victims[Math.floor(random() * victims.length)] ?? '')) kills += 1;
  }
  return { kills, deaths: Object.fromEntries(VICTIMS.map((each) => [each, deaths(each)])) };
}

/** Waits until all is told, and lets the reconciler look at what was let go; what somebody works on has its time. */
async function untilTold(ids: readonly string[]) {
  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    const untold = ids.filter((id) => !isTold(id));
    if (untold.length === 0) return;
    expect(Date.now(), `not told of ${untold.length}, such as ${untold[0]}`).toBeLessThan(deadline);
    const { body: running } = await call('GET /v1/jobs?status=running&limit=1');
    await reconcileIn(running.items.length > 0 ? 1 : 20);
    await sleep(2000);
  }
}

/** All that was told of a job is true of it, and one event. */
function checkTold({ id: jobId, status, finishedAt }: FinishedJob) {
  const { sns, calls } = toldOf(jobId);
  expect(['succeeded', 'failed']).toContain(status);
  for (const event of [...sns.map(({ event }) => event), ...calls.map((each) => verify(each, secret))]) {
    expect(event).toMatchObject({ type: `job.${status}`, timestamp: finishedAt });
  }
  const ids = [...sns.map(({ id }) => id), ...calls.map(({ headers }) => headers['webhook-id'])];
  expect(new Set(ids).size).toBe(1);
}

describe('with workers and announcers killed at random', () => {
  needs(canKill, 'functions that are processes of their own are');

  it(`each of ${JOBS} jobs ends and is announced (seed ${seed})`, { timeout: 600_000 }, async () => {
    const batches = await submit();
    const killed = await killWhile(() => !batches.every(isTold));
    const jobs = (await Promise.all(batches.map(listJobs))).flat();
    expect(jobs).toHaveLength(JOBS);
    await untilTold([...batches, ...jobs.map(({ id }) => id)]);

    const ended = (await Promise.all(batches.map(listJobs))).flat();
    for (const job of ended) checkTold(job);
    const { table } = openCredits();
    checkBooks([await readBooks(table, user.id)], { low: SETTINGS.low * 1000 });

    const repeated = (ids: readonly unknown[]) => ids.length - new Set(ids).size;
    const repeats = {
      sns: repeated(topic.heard.map(({ id }) => id)),
      webhook: repeated(receiver.calls.map(({ headers }) => headers['webhook-id'])),
    };
    const succeeded = ended.filter(({ status }) => status === 'succeeded').length;
    const attemptedAgain = ended.filter(({ attempts }) => attempts > 1).length;
    process.stdout.write(
      `chaos: ${JSON.stringify({ seed, ...killed, succeeded, attemptedAgain, repeats })}\n`,
    );
    expect(Object.values(killed.deaths).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    expect(repeats.webhook).toBeGreaterThanOrEqual(UNANSWERED);
  });
});
