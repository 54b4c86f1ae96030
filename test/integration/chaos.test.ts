import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { checkBooks } from '../helpers/check-books.ts';
import { openCredits, readBooks, SETTINGS } from '../helpers/credits.ts';
import { type EventListener, hearEvents } from '../helpers/hear-events.ts';
import { hideMessagesFor } from '../helpers/hide-messages.ts';
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

/**
 * What is killed, by the construct its function stands in, and how often each dies over an event: all who
 * announce, and the worker once less than a job is taken, for a job that loses its worker each time fails.
 */
const DEATHS = { AnalyzeImage: 1, AnnounceChanges: 3, PlanDeliveries: 3, DeliverWebhook: 3 };
const VICTIMS = Object.keys(DEATHS) as (keyof typeof DEATHS)[];
const IMAGES = 50;
const BATCHES = 4;
/** More are made while there is somebody left to die; each has other options, for what is known is not analysed. */
const MOST_BATCHES = 8;
/** Calls over which the deliverer is killed while they are answered, and that never are. */
const UNANSWERED = 3;
const PATIENCE_SECONDS = 240;

const user = await createTestUser();
const { call } = user;
let receiver: WebhookReceiver;
let topic: EventListener;
let secret: string;
let publishedQueueUrl: string;
let usuallyHiddenSeconds: number;

/** The queue between the topic and those who plan deliveries. */
async function findPublishedQueue(): Promise<string> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const published = QueueUrls.filter((url) => url.includes('Published') && !url.includes('DeadLetters'));
  expect(published).toHaveLength(1);
  return published[0] as string;
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
  publishedQueueUrl = await findPublishedQueue();
  usuallyHiddenSeconds = await hideMessagesFor(publishedQueueUrl, 15);
});
afterAll(async () => {
  if (!canKill) return;
  await hideMessagesFor(publishedQueueUrl, usuallyHiddenSeconds);
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

/** @returns what makes a batch of all images, each time one of analyses that were not made before. */
async function prepareBatches(): Promise<() => Promise<string>> {
  const admin = await createTestAdmin();
  const manifest = manifestOf(tinyModel('yolov8-detect'));
  await addModel(admin.call, tinyModel('yolov8-detect'), manifest);
  const images = await uploadImages();
  let count = 0;
  return async () => {
    // The first takes long enough to die over.
    const model = count === 0 ? slowModel : manifest.id;
    const json = { images, models: [model], options: { confidence: 0.1 + count / 10 } };
    count += 1;
    const { status, body } = await call('POST /v1/batches', { json });
    expect({ status, body }).toMatchObject({ status: 202 });
    return body.id;
  };
}

const beforePatienceEnds = () => Date.now() + PATIENCE_SECONDS * 1000;

/** Makes batches and kills, until each victim has died over events as often as it is to. */
async function killOverBatches(makeBatch: () => Promise<string>) {
  const before = new Map(VICTIMS.map((each) => [each, countDeaths(each)]));
  const deaths = (victim: string) => countDeaths(victim) - (before.get(victim as never) ?? 0);
  const batches: string[] = [];
  while (batches.length < BATCHES) batches.push(await makeBatch());
  const deadline = beforePatienceEnds();
  let kills = 0;
  for (;;) {
    const victims = VICTIMS.filter((each) => deaths(each) < DEATHS[each]);
    if (victims.length === 0) break;
    expect(Date.now(), `still to die: ${victims.join(', ')}`).toBeLessThan(deadline);
    if (batches.length < MOST_BATCHES && batches.every(isTold)) batches.push(await makeBatch());
    await sleep(50 + random() * 500);
    if (kill(victims[Math.floor(random() * victims.length)] ?? '')) kills += 1;
  }
  return { batches, kills, deaths: Object.fromEntries(VICTIMS.map((each) => [each, deaths(each)])) };
}

/** Waits until all is told, and lets the reconciler look at what was let go; what somebody works on has its time. */
async function untilTold(ids: readonly string[]) {
  const deadline = beforePatienceEnds();
  for (;;) {
    const untold = ids.filter((id) => !isTold(id));
    if (untold.length === 0) return;
    if (Date.now() > deadline) expect.fail(await tellMissing(untold, ids.length));
    const { body: running } = await call('GET /v1/jobs?status=running&limit=1');
    await reconcileIn(running.items.length > 0 ? 1 : 20);
    await sleep(2000);
  }
}

/** What was not told in time, where it stands, and what queues have given up. */
async function tellMissing(untold: readonly string[], count: number): Promise<string> {
  const standing = await Promise.all(
    untold.slice(0, 5).map(async (id) => {
      const { body } = await call(`GET /v1/${id.startsWith('bat_') ? 'batches' : 'jobs'}/${id}`);
      return [id, body.status, body.attempts, toldOf(id).sns.length > 0 ? 'no webhook' : 'no event'].join(
        ' ',
      );
    }),
  );
  const { outputs } = deployment;
  const dead = await Promise.all(
    [outputs.AnalysisDeadLettersUrl, outputs.DeliveryDeadLettersUrl].map(async (url) => {
      const AttributeNames = ['ApproximateNumberOfMessages' as const];
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: String(url), AttributeNames }),
      );
      return Attributes?.ApproximateNumberOfMessages;
    }),
  );
  return (
    `Not told of ${untold.length} of ${count} within ${PATIENCE_SECONDS} s, such as ${standing.join('; ')}. ` +
    `Dead letters: ${dead[0]} analyses, ${dead[1]} deliveries.`
  );
}

/** All that was told of a job is true of it, and one event. */
function checkTold({ id: jobId, status, finishedAt }: FinishedJob) {
  const { sns, calls } = toldOf(jobId);
  for (const event of [...sns.map(({ event }) => event), ...calls.map((each) => verify(each, secret))]) {
    expect(event).toMatchObject({ type: `job.${status}`, timestamp: finishedAt });
  }
  const ids = [...sns.map(({ id }) => id), ...calls.map(({ headers }) => headers['webhook-id'])];
  expect(new Set(ids).size).toBe(1);
}

describe('with workers and announcers killed at random', () => {
  needs(canKill, 'functions that are processes of their own are');

  it(`every job succeeds and is announced (seed ${seed})`, { timeout: 600_000 }, async () => {
    const { batches, ...killed } = await killOverBatches(await prepareBatches());
    const jobs = (await Promise.all(batches.map(listJobs))).flat();
    expect(jobs).toHaveLength(IMAGES * batches.length);
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
    const attemptedAgain = ended.filter(({ attempts }) => attempts > 1).length;
    const summary = { seed, jobs: ended.length, ...killed, attemptedAgain, repeats };
    process.stdout.write(`chaos: ${JSON.stringify(summary)}\n`);
    expect(ended.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    for (const victim of VICTIMS)
      expect(killed.deaths[victim], victim).toBeGreaterThanOrEqual(DEATHS[victim]);
    expect(repeats.webhook).toBeGreaterThanOrEqual(UNANSWERED);
  });
});
