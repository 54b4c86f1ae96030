import {
  type SendMessageBatchRequest,
  SendMessageCommand,
  type SendMessageRequest,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { AwsCall } from './aws-call.ts';

/** A message has this many copies, and the first of itself. */
const MOST_COPIES = 4;
const LONGEST_DELAY_MS = 12_000;

/**
 * Sends each message of a queue again, one to four times and at any moment after it, as a standard queue may. So each
 * is delivered two to five times, and copies come before and after what was sent later.
 */
export function createRepeater(sqs: SQSClient, random: () => number) {
  const pending = new Map<NodeJS.Timeout, Promise<void>>();
  const known = new Set<string>();
  let copies = 0;

  function later(message: SendMessageRequest): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(async () => {
      // An emulator that is being started again takes none; it loses no message that matters by that.
      await sqs.send(new SendMessageCommand(message)).then(
        () => {
          copies += 1;
        },
        () => undefined,
      );
      pending.delete(timer);
      resolve();
    }, random() * LONGEST_DELAY_MS);
    pending.set(timer, promise);
  }

  /** What is sent again by those who got a copy is a repeat itself. */
  function repeat(message: SendMessageRequest): void {
    const name = `${message.QueueUrl} ${message.MessageBody}`;
    if (known.has(name)) return;
    known.add(name);
    const count = 1 + Math.floor(random() * MOST_COPIES);
    for (let copy = 0; copy < count; copy += 1) later(message);
  }

  return {
    /** How many copies were sent. */
    get copies() {
      return copies;
    },
    repeat,

    /** What a function has sent. */
    onDone({ service, operation }: AwsCall, body: Buffer): void {
      if (service !== 'sqs') return;
      const request = JSON.parse(body.toString());
      if (operation === 'SendMessage') repeat(request as SendMessageRequest);
      if (operation !== 'SendMessageBatch') return;
      const { QueueUrl, Entries = [] } = request as SendMessageBatchRequest;
      for (const { Id: _, ...entry } of Entries) repeat({ QueueUrl, ...entry });
    },

    /** Waits until all is sent. */
    async drain(): Promise<void> {
      await Promise.all(pending.values());
    },
  };
}
