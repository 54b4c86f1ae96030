import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { AnalysisMessage, UploadMessage } from '../../contracts/messages.ts';
import type { DeadUpload } from '../../domain/cleanup/finish-dead-uploads.ts';
import type { DeadLetter } from '../../domain/cleanup/revive-untried.ts';
import { uploadIdOf } from '../../domain/entities/upload.ts';

const MESSAGES_PER_REQUEST = 10;
const REQUESTS = 10;

interface Letter {
  /** As it was sent; undefined where it is no JSON. */
  readonly body: unknown;
  remove(): Promise<void>;
}

/** Up to a hundred of a queue's dead letters; the queue hides them then for as long as it says. */
async function receive(sqs: SQSClient, QueueUrl: string): Promise<Letter[]> {
  const letters: Letter[] = [];
  for (let request = 0; request < REQUESTS; request += 1) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: MESSAGES_PER_REQUEST }),
    );
    if (Messages.length === 0) break;
    for (const { Body = '', ReceiptHandle } of Messages) {
      const remove = async () => void (await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })));
      letters.push({ body: parse(Body), remove });
    }
  }
  return letters;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Those of the queues of jobs. */
export const createAnalysisDeadLetters = (sqs: SQSClient, queueUrls: readonly string[]) => ({
  async receive(): Promise<DeadLetter[]> {
    const letters = await Promise.all(queueUrls.map((url) => receive(sqs, url)));
    return letters.flat().map(({ body, remove }) => ({
      jobId: AnalysisMessage.safeParse(body).data?.jobId,
      remove,
    }));
  },
});

/** Those of the upload queue, as far as they are messages of it. */
export const createDeadUploadList = (sqs: SQSClient, queueUrl: string) => async (): Promise<DeadUpload[]> =>
  (await receive(sqs, queueUrl)).flatMap(({ body }): DeadUpload[] => {
    const message = UploadMessage.safeParse(body).data;
    if (message === undefined) return [];
    if ('uploadId' in message) return [message];
    return message.Records.flatMap(({ s3 }) => {
      const uploadId = uploadIdOf(s3.object.key);
      return uploadId === undefined ? [] : [{ uploadId }];
    });
  });
