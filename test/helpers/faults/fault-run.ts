import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { weightsKey } from '../../../core/domain/entities/model.ts';
import { installModel } from '../../../localstack/models/install-model.ts';
import { hearEvents } from '../hear-events.ts';
import { createRandom } from '../kill-functions.ts';
import { makeImage } from '../make-image.ts';
import { makeVideo, testPattern } from '../make-video.ts';
import { manifestOf, tinyModel } from '../tiny-models.ts';
import { startReceiver } from '../webhook-receiver.ts';
import { deployForFaults, type FaultDeployment } from './fault-deployment.ts';
import { createFaultPlan } from './fault-plan.ts';
import { createFaultProxy } from './fault-proxy.ts';
import { type ClientFacts, createPersistentClient } from './persistent-client.ts';
import { createRepeater } from './repeat-messages.ts';
import type { FaultUser } from './workload.ts';
import { createPartialWriter } from './write-in-part.ts';

export interface FaultRunOptions {
  readonly seed: number;
  /** With a death over every kind of call, not a few. */
  readonly isLong: boolean;
  readonly onTakeDown: (undo: () => Promise<void>) => void;
}

/** Of calls of webhooks, those that are not taken. */
const REFUSED_SHARE = 0.05;
const USERS = 3;
/** As they are erased, there are few deaths over each. */
const LEAVING = { short: 1, long: 4 } as const;

/** A deployment behind a proxy, with users, models and everybody who hears of what happens. */
export async function createFaultRun({ seed, isLong, onTakeDown }: FaultRunOptions) {
  const deployment = await deployForFaults(onTakeDown);
  const { endpointUrl, dynamodb, sqs, account, outputs } = deployment;
  const random = createRandom(seed);
  const facts: ClientFacts = { retried: 0, repeated: 0 };
  const receiver = await startReceiver(() => (random() < REFUSED_SHARE ? { status: 500 } : {}));
  onTakeDown(receiver.stop);
  const models = await installModels(deployment);
  const users = await Promise.all(
    Array.from({ length: USERS + LEAVING[isLong ? 'long' : 'short'] }, () =>
      createUser(deployment, { random, facts, hookUrl: receiver.url }),
    ),
  );
  const topic = await hearEvents(
    { userId: users.map(({ id }) => id) },
    { endpointUrl, account, outputs: outputs.Segmentry },
  );
  onTakeDown(topic.stop);
  const plan = createFaultPlan({ seed, deadlyShare: isLong ? 1 : 0.15 });
  const repeater = createRepeater(sqs, createRandom(seed + 1));
  const proxy = createFaultProxy({
    endpointUrl,
    plan,
    onDone: repeater.onDone,
    writeInPart: createPartialWriter(dynamodb, sqs),
  });
  onTakeDown(proxy.stop);
  const uploadsUrl = await deployment.findQueue('Uploads');
  const someImage = await makeImage(1);
  const someVideo = makeVideo('some.mp4', ...testPattern('64x48', 2), '-c:v', 'libx264');
  let count = 0;

  return {
    deployment,
    random,
    facts,
    receiver,
    topic,
    models,
    plan,
    proxy,
    repeater,
    users: users.slice(0, USERS),
    leaving: users.slice(USERS),

    newImage(): Uint8Array {
      count += 1;
      return Buffer.concat([someImage, Buffer.from(` ${seed} ${count}`)]);
    },

    newVideo(): Uint8Array {
      count += 1;
      const text = Buffer.from(` ${seed} ${count}`);
      // A box of an MP4 that holds nothing: its length, its kind.
      const box = Buffer.alloc(8, '\0\0\0\0free');
      box.writeUInt32BE(box.byteLength + text.byteLength);
      return Buffer.concat([someVideo, box, text]);
    },

    /** S3 tells of what has arrived once more, as it may, one to four times. */
    repeatArrival(arrived: { key: string; versionId: string; eTag: string; sizeBytes: number }): void {
      const { key, versionId, eTag, sizeBytes: size } = arrived;
      const object = { key, size, eTag, versionId, sequencer: '0' };
      const s3 = { bucket: { name: outputs.Segmentry.BucketName }, object };
      const MessageBody = JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Post', s3 }] });
      repeater.repeat({ QueueUrl: uploadsUrl, MessageBody });
    },

    /** The second message of an erasure, which SQS keeps back for a quarter of an hour. */
    async eraseAgain(userId: string): Promise<void> {
      const QueueUrl = await deployment.findQueue('Erasure');
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ userId }) }));
    },
  };
}

export type FaultRun = Awaited<ReturnType<typeof createFaultRun>>;

/** One that is there, and one whose weights are gone until they are put back. */
async function installModels(deployment: FaultDeployment) {
  const Bucket = deployment.outputs.Segmentry.BucketName;
  const good = { manifest: manifestOf(tinyModel('yolov8-detect'), { id: 'good' }) };
  const poison = {
    manifest: manifestOf(tinyModel('yolov8-segment'), { id: 'poison', task: 'segment' }),
    weights: tinyModel('yolov8-segment'),
  };
  await installModel({ ...good, weights: tinyModel('yolov8-detect') }, deployment);
  await installModel(poison, deployment);
  const Key = weightsKey(poison.manifest);
  await deployment.s3.send(new DeleteObjectCommand({ Bucket, Key }));
  return {
    good: good.manifest.id,
    poison: poison.manifest.id,
    heal: () => deployment.s3.send(new PutObjectCommand({ Bucket, Key, Body: poison.weights })),
  };
}

interface UserOptions {
  readonly random: () => number;
  readonly facts: ClientFacts;
  /** A webhook that hears of everything. */
  readonly hookUrl: string;
}

async function createUser(
  { apiUrl }: FaultDeployment,
  { random, facts, hookUrl }: UserOptions,
): Promise<FaultUser> {
  const anonymous = createPersistentClient({ apiUrl }, { random: () => 1, facts });
  const email = `user-${crypto.randomUUID()}@example.org`;
  const password = `pass ${crypto.randomUUID()}`;
  const account = { email, password, passwordConfirmation: password };
  const { body: user } = await anonymous('POST /v1/users', { json: account });
  const { body: session } = await anonymous('POST /v1/sessions', { json: { email, password } });
  const { accessToken } = session;
  const calm = createPersistentClient({ apiUrl, accessToken }, { random: () => 1, facts });
  const { status, body } = await calm('POST /v1/webhooks', {
    json: { url: hookUrl, events: ['job.*', 'batch.*', 'upload.*'] },
  });
  if (status !== 201) throw new Error(`No webhook: ${status} ${JSON.stringify(body)}`);
  const sets = {
    images: new Set<string>(),
    jobs: new Set<string>(),
    uploads: new Map<string, number>(),
    batches: new Set<string>(),
    deletedImages: new Set<string>(),
  };
  const call = createPersistentClient({ apiUrl, accessToken }, { random, facts });
  return { ...sets, id: user.id, call, password, isErased: false };
}
