import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { AnalysisMessage } from '../../contracts/messages.ts';
import type { DeadLetter } from '../../domain/cleanup/revive-untried.ts';

/** How long a message that was looked at is left alone. */
const HIDDEN_SECONDS = 300;
const MESSAGES_PER_REQUEST = 10;
const REQUESTS = 10;

/** The dead letters of the analysis queue. What is no message of it stays where it is. */
export function createAnalysisDeadLetters(sqs: SQSClient, queueUrl: string) {
  async function receive(): Promise<DeadLetter[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: MESSAGES_PER_REQUEST,
        VisibilityTimeout: HIDDEN_SECONDS,
      }),
    );
    return Messages.flatMap(({ Body, ReceiptHandle }) => {
      const jobId = jobIdOf(Body);
      const remove = () =>
        sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle })).then(() => undefined);
      return [{ jobId, remove }];
    });
  }

  return {
    /** Up to a hundred. */
    async receive(): Promise<DeadLetter[]> {
      const letters: DeadLetter[] = [];
      for (let request = 0; request < REQUESTS; request += 1) {
        const some = await receive();
        letters.push(...some);
        if (some.length === 0) break;
      }
      return letters;
    },
  };
}

function jobIdOf(body = ''): string | undefined {
  try {
    return AnalysisMessage.safeParse(JSON.parse(body)).data?.jobId;
  } catch {
    return undefined;
  }
}
