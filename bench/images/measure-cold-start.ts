import { DeleteMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import type { Docker } from '../../localstack/images/docker.ts';
import { sqsEvent, takeMessage } from '../../test/helpers/images/feed-function.ts';
import { type RunOptions, startFunction } from '../../test/helpers/images/run-image.ts';
import { findProcess, readProcessorMs, readStart } from './read-process.ts';

/** Of one start, in milliseconds. */
export interface ColdStart {
  /** From the process's start until it asks for an event: Node, the runtime, the function's own code. */
  readonly loadMs: number;
  /** From then until the result is stored: records, weights, the model's loading, the image, the analysis. */
  readonly firstResultMs: number;
  /** What the process has computed until then, on all processors together. */
  readonly processorMs: number;
}

export interface Place {
  readonly docker: Docker;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
}

/** Starts a container for the next message of the queue, and waits until it has done it. */
export async function measureColdStart(
  { docker, sqs, queueUrl }: Place,
  options: RunOptions,
): Promise<ColdStart> {
  const message = await waitForMessage(sqs, queueUrl);
  const running = await startFunction(docker, options);
  try {
    const readyAt = performance.now();
    const pid = findProcess(running.address);
    const startedAt = readStart(pid);
    const askedAt = performance.now();
    const answer = await running.invoke(sqsEvent([message], queueUrl));
    const firstResultMs = performance.now() - askedAt;
    const processorMs = readProcessorMs(pid);
    if (JSON.stringify(answer) !== '{"batchItemFailures":[]}') {
      throw new Error(`The message was not done: ${JSON.stringify(answer)}\n${running.output()}`);
    }
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
    return { loadMs: readyAt - startedAt, firstResultMs, processorMs };
  } finally {
    await running.stop();
  }
}

async function waitForMessage(sqs: SQSClient, queueUrl: string): Promise<Message> {
  for (let attempt = 0; attempt < 30; attempt += 1) {
    const message = await takeMessage(sqs, queueUrl);
    if (message !== undefined) return message;
  }
  throw new Error(`No message came to ${queueUrl}.`);
}
