import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import { createAwsClients } from './aws-clients.ts';
import type { TestDeployment } from './deployment.ts';

/** An event as a subscriber of the topic gets it. */
export interface HeardEvent {
  /** Equal in each repeat. */
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it.
  readonly event: any;
}

export interface EventListener {
  /** In the order they came. */
  readonly heard: readonly HeardEvent[];
  stop(): Promise<void>;
}

/** Subscribes a queue to the topic, as docs/notifications.md says, and reads it. */
export async function hearEvents(
  filter: Record<string, readonly string[]>,
  deployment: Pick<TestDeployment, 'endpointUrl' | 'account' | 'outputs'> = inject('deployment'),
): Promise<EventListener> {
  const { sns, sqs } = createAwsClients(deployment);
  const TopicArn = deployment.outputs.EventsTopicArn;
  const QueueName = `events-${crypto.randomUUID()}`;
  const arn = ['arn:aws:sqs', deployment.account.region, deployment.account.accountId, QueueName].join(':');
  const policy = {
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
        Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
      },
    ],
  };
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName, Attributes: { Policy: JSON.stringify(policy) } }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: Attributes?.QueueArn,
      ReturnSubscriptionArn: true,
      Attributes: { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify(filter) },
    }),
  );
  const heard: HeardEvent[] = [];
  let stopped = false;
  const reading = (async () => {
    // An emulator that is being started again is asked again.
    while (!stopped) await receive().catch(() => undefined);
  })();

  async function receive(): Promise<void> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return;
    for (const { Body = '', MessageAttributes } of Messages) {
      heard.push({ id: MessageAttributes?.eventId?.StringValue ?? '', event: JSON.parse(Body) });
    }
    // Heard before it is deleted: the answer of a deletion may be lost.
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }

  return {
    heard,
    async stop() {
      stopped = true;
      await reading;
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}
