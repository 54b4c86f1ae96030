import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';

const BatchResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })),
});

const WAIT_SECONDS = 1;

/** A message as Lambda gives it to a function that a queue feeds. */
export function sqsEvent(messages: readonly Message[], queueUrl: string) {
  return {
    Records: messages.map(({ MessageId, ReceiptHandle, Body, Attributes, MD5OfBody }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes,
      messageAttributes: {},
      md5OfBody: MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queueUrl.split('/').at(-1)}`,
      awsRegion: 'us-east-1',
    })),
  };
}

/** Takes one message out of a queue. @returns undefined where there is none. */
export async function takeMessage(sqs: SQSClient, queueUrl: string): Promise<Message | undefined> {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages?.[0];
}

export interface Feed {
  /** How many messages the function has done. */
  done(): number;
  /** @throws what the function failed with. */
  stop(): Promise<void>;
}

/** Does what Lambda does between a queue and a function, one message at a time: those that it failed stay. */
export function feedFunction(
  { sqs, queueUrl }: { sqs: SQSClient; queueUrl: string },
  invoke: (event: unknown) => Promise<unknown>,
): Feed {
  let isOver = false;
  let done = 0;
  const work = async () => {
    while (!isOver) {
      const message = await takeMessage(sqs, queueUrl);
      if (message === undefined) continue;
      const answer = BatchResponse.parse(await invoke(sqsEvent([message], queueUrl)));
      if (answer.batchItemFailures.length > 0) continue;
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
      done += 1;
    }
  };
  const working = work();
  // Whoever stops it is told.
  working.catch(() => {});
  return {
    done: () => done,
    async stop() {
      isOver = true;
      await working;
    },
  };
}
