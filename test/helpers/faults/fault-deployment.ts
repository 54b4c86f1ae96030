import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createDocumentClient } from '../../../core/adapters/dynamodb/table/document-client.ts';
import type { Reconciliation } from '../../../core/domain/cleanup/reconcile.ts';
import { clientConfiguration } from '../../../localstack/client-configuration.ts';
import { bringUp, type Deployment } from '../../../localstack/deploy/bring-up.ts';
import { ministack } from '../../../localstack/ministack/ministack.ts';
import { createProgress } from '../../../localstack/progress.ts';
import { type Listener, putBehind } from './put-behind.ts';

/** Time-outs in seconds that a run can wait for; nobody is refused for asking often. */
const SETTINGS = {
  // A worker that loads its model anew while others do takes half of it on a busy machine.
  analysisTimeoutSeconds: '40',
  analysisVisibilitySeconds: '40',
  ingestTimeoutSeconds: '60',
  ingestVisibilitySeconds: '60',
  batchTimeoutSeconds: '20',
  batchVisibilitySeconds: '20',
  segmentTimeoutSeconds: '20',
  segmentVisibilitySeconds: '20',
  videoSegmentFrames: '1',
  videoLeaseSeconds: '60',
  videoFramePriceCredits: '0.5',
  analysisPriceCredits: '0.25',
  imagePriceCredits: '0.75',
  webhookTimeoutSeconds: '2',
  webhookScheduleSeconds: '0,1,1,2,4,8,8,8',
  requestsPerMinute: '1000000',
  // The emulator reads the table's stream in the thread that feeds all workers: nobody listens here.
  realtime: 'false',
};

/** The product's, as far as this run works on them. */
export const QUEUES: readonly string[] = [
  ...['Analysis', 'Segments', 'Uploads', 'Batches', 'Erasure', 'Purges', 'Published', 'Deliveries'],
];
/**
 * How long a message hides whose worker has died: longer than any worker takes, also where the machine is busy, and longer
 * than a job is leased, or its copies would use up their deliveries before it can be had again.
 */
const HIDDEN_SECONDS = 45;
const HIDDEN_LONGER: Readonly<Record<string, number>> = { Analysis: 60, Uploads: 60, Erasure: 60 };
/** How long the reconciler leaves a dead letter alone: the run waits for what it has looked at last. */
const DEAD_HIDDEN_SECONDS = 10;

export type FaultDeployment = Awaited<ReturnType<typeof deployForFaults>>;

/** A deployment of its own: what happens to it is not to happen to other tests. */
export async function deployForFaults(onTakeDown: (undo: () => Promise<void>) => void) {
  const deployment = await bringUp({
    emulator: ministack,
    progress: createProgress(),
    onTakeDown,
    keepsState: true,
    context: SETTINGS,
  });
  const clients = createClients(deployment);
  for (const name of QUEUES) {
    await clients.hideMessages(name, HIDDEN_LONGER[name] ?? HIDDEN_SECONDS);
    await clients.hideMessages(`${name}DeadLetters`, DEAD_HIDDEN_SECONDS);
  }
  return { ...deployment, ...clients };
}

function createClients({ endpointUrl, account, outputs }: Deployment) {
  const configuration = clientConfiguration(endpointUrl, account);
  const dynamodb = new DynamoDBClient(configuration);
  const lambda = new LambdaClient(configuration);
  const sqs = new SQSClient(configuration);

  async function findQueue(name: string): Promise<string> {
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const wanted = new RegExp(`${name.endsWith('DeadLetters') ? name : `${name}Queue`}[0-9A-F]{8}-`);
    const url = QueueUrls.find((each) => wanted.test(each));
    if (url === undefined) throw new Error(`There is no queue ${name} among ${QueueUrls.join(' ')}.`);
    return url;
  }

  return {
    dynamodb,
    sqs,
    document: createDocumentClient(dynamodb),
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    sns: new SNSClient(configuration),

    /** A queue of the product, by its construct; its dead letters by `UploadsDeadLetters`. */
    findQueue,

    async hideMessages(name: string, seconds: number): Promise<void> {
      const Attributes = { VisibilityTimeout: String(seconds) };
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: await findQueue(name), Attributes }));
    },

    /** Lets the reconciler look as it would `minutes` from now; undefined where it died over it. */
    async reconcileIn(minutes: number): Promise<Reconciliation | undefined> {
      const time = new Date(Date.now() + minutes * 60_000).toISOString();
      const FunctionName = outputs.Segmentry.ReconcileFunctionName;
      const answer = await lambda
        .send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ time }) }))
        .catch(() => undefined);
      if (answer === undefined || answer.FunctionError !== undefined) return undefined;
      return JSON.parse(Buffer.from(answer.Payload ?? []).toString());
    },

    putBehind: (proxy: Listener) => putBehind(lambda, proxy),
  };
}
