import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { UsageError } from '../usage-error.ts';

/** What could not be done, and the queue that it came from. */
export interface DeadLetters {
  readonly name: string;
  readonly url: string;
  readonly waiting: number;
  /** Of those, how many nobody can receive for now: somebody looks at them, the reconciler each minute. */
  readonly hidden: number;
  /** Absent for readers of a stream: what they give up is a place in the stream, and no message. */
  readonly source: { readonly name: string; readonly url: string } | undefined;
}

interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly waiting: number;
  readonly hidden: number;
  /** Of the queue for what it gives up. */
  readonly deadLettersArn: string | undefined;
}

const sqs = () => new SQSClient({});

/** All of a deployed stack. @throws UsageError where there is no such stack. */
export async function findDeadLetters(stack: string): Promise<DeadLetters[]> {
  const queues = await Promise.all((await listQueues(stack)).map(describeQueue));
  const sources = new Map(queues.map((queue) => [queue.deadLettersArn, queue]));
  return queues
    .filter(({ name, arn }) => sources.has(arn) || name.endsWith('DeadLetters'))
    .map(({ name, url, arn, waiting, hidden }) => ({
      name: name.replace(/DeadLetters$/, ''),
      url,
      waiting,
      hidden,
      source: sources.get(arn),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

export const pickDeadLetters = async (stack: string, name: string): Promise<DeadLetters> =>
  matchName(await findDeadLetters(stack), name);

/**
 * By its name or how its name ends, as alarms call it: `Deliveries` is `DeliverWebhookDeliveries`.
 * @throws UsageError naming those there are.
 */
export function matchName<Named extends { readonly name: string }>(
  all: readonly Named[],
  name: string,
): Named {
  const wanted = name.toLowerCase().replace(/deadletters$/, '');
  const exact = all.filter((each) => each.name.toLowerCase() === wanted);
  const [picked, ...others] =
    exact.length > 0 ? exact : all.filter((each) => each.name.toLowerCase().endsWith(wanted));
  if (picked !== undefined && others.length === 0) return picked;
  throw new UsageError(
    `${picked === undefined ? 'No' : 'Several'} dead letters are called "${name}". There are ${all.map((each) => each.name).join(', ')}.`,
  );
}

async function listQueues(stack: string): Promise<{ name: string; url: string }[]> {
  const queues: { name: string; url: string }[] = [];
  try {
    const pages = paginateListStackResources({ client: new CloudFormationClient({}) }, { StackName: stack });
    for await (const { StackResourceSummaries = [] } of pages) {
      for (const {
        ResourceType,
        LogicalResourceId = '',
        PhysicalResourceId = '',
      } of StackResourceSummaries) {
        // CloudFormation's names end in eight characters that the CDK makes of their place in the tree.
        if (ResourceType === 'AWS::SQS::Queue')
          queues.push({ name: LogicalResourceId.replace(/[0-9A-F]{8}$/, ''), url: PhysicalResourceId });
      }
    }
  } catch (error) {
    if (!(error instanceof Error && /does not exist/.test(error.message))) throw error;
    throw new UsageError(
      `There is no stack "${stack}" in this account and region. Name it with --stack, and look at AWS_REGION and AWS_PROFILE.`,
      { cause: error },
    );
  }
  return queues;
}

async function describeQueue({ name, url }: { name: string; url: string }): Promise<Queue> {
  const { Attributes: attributes = {} } = await sqs().send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  const policy: { deadLetterTargetArn?: string } = JSON.parse(attributes.RedrivePolicy ?? '{}');
  const hidden = Number(attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
  return {
    name,
    url,
    arn: attributes.QueueArn ?? '',
    waiting: Number(attributes.ApproximateNumberOfMessages ?? 0) + hidden,
    hidden,
    deadLettersArn: policy.deadLetterTargetArn,
  };
}

/** Answers in a row with nothing new, after which all has been seen: one alone may be of messages that are there again. */
const MOST_REPEATS = 3;
/** SQS gives at most ten at a time. */
const BATCH = 10;
/** Who does not wait is answered by some of SQS's machines alone, and may be told of no message where there are some. */
const WAIT_SECONDS = 1;

/**
 * Looks at messages, or takes them to work on, each once: what is not deleted is there again after `hiddenSeconds`, which may
 * be before all have been looked at.
 */
export async function* receive(url: string, hiddenSeconds: number): AsyncGenerator<Message> {
  const seen = new Set<string | undefined>();
  let repeats = 0;
  while (repeats < MOST_REPEATS) {
    const { Messages = [] } = await sqs().send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return;
    const unseen = Messages.filter(({ MessageId }) => !seen.has(MessageId));
    repeats = unseen.length === 0 ? repeats + 1 : 0;
    for (const { MessageId } of unseen) seen.add(MessageId);
    yield* unseen;
  }
}

/**
 * Puts a message back into the queue that it came from. What dies in between leaves it in both, and it is put back
 * twice: every worker takes a message that comes twice for one. SQS's own `StartMessageMoveTask` can't pick one message,
 * says of none which it was, and is not there on the emulator.
 */
export async function putBack(message: Message, { url, source }: DeadLetters): Promise<void> {
  const group = message.Attributes?.MessageGroupId;
  await sqs().send(
    new SendMessageCommand({
      QueueUrl: source?.url,
      MessageBody: message.Body,
      ...(message.MessageAttributes !== undefined && { MessageAttributes: message.MessageAttributes }),
      ...(group !== undefined && { MessageGroupId: group }),
    }),
  );
  await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
}
