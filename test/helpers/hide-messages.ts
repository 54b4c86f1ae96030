import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import { createAwsClients } from './aws-clients.ts';

/**
 * How long a queue hides a message that somebody has taken, and so when one is delivered again that was not
 * worked off: minutes on AWS, which a test can't wait.
 * @returns how long it was.
 */
export async function hideMessagesFor(queueUrl: string, seconds: number): Promise<number> {
  const { sqs } = createAwsClients(inject('deployment'));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] }),
  );
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: queueUrl,
      Attributes: { VisibilityTimeout: String(seconds) },
    }),
  );
  return Number(Attributes?.VisibilityTimeout);
}
