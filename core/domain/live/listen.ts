import { type ClientMessage, isTopic, type LiveMessage, type Topic } from '../../contracts/live-messages.ts';
import { BatchNotFoundError, type BatchRepository } from '../entities/batch.ts';
import {
  type Connection,
  type ConnectionRepository,
  type SendLive,
  TOPIC_LIMIT,
  TooManyTopicsError,
  UnknownTopicError,
} from '../entities/connection.ts';
import { DomainError } from '../entities/errors.ts';
import { JobNotFoundError, type JobRepository } from '../entities/job.ts';
import { type Owned, requireOwned } from '../entities/principal.ts';
import { UploadNotFoundError, type UploadRepository } from '../entities/upload.ts';
import {
  batchUpdate,
  jobUpdate,
  jobUpdatesSince,
  type LiveUpdate,
  messageOf,
  uploadUpdate,
} from './live-update.ts';

export interface ListenPorts {
  readonly connections: Pick<ConnectionRepository, 'addTopics' | 'removeTopics'>;
  readonly jobs: Pick<JobRepository, 'find'>;
  readonly batches: Pick<BatchRepository, 'find' | 'countsInSequence'>;
  readonly uploads: Pick<UploadRepository, 'find'>;
  readonly send: SendLive;
}

/**
 * Does what a client asks on its connection. A topic is listened to before its state is read, so no change
 * falls between the snapshot and what follows; what comes in the other order has the lower sequence number.
 */
export async function listen(
  connection: Connection,
  message: ClientMessage,
  ports: ListenPorts,
): Promise<void> {
  const named = [...new Set(message.topics)];
  const topics = named.filter(isTopic);
  for (const topic of named.filter((each) => !isTopic(each))) {
    await ports.send(connection.id, errorMessage(new UnknownTopicError(topic), topic));
  }
  if (topics.length === 0) return;
  if (message.action === 'unsubscribe') {
    await ports.connections.removeTopics(connection, topics);
    return;
  }
  const { since = {} } = message;
  if (new Set([...connection.topics, ...topics]).size > TOPIC_LIMIT) {
    await ports.send(connection.id, errorMessage(new TooManyTopicsError()));
    return;
  }
  await ports.connections.addTopics(connection, topics);
  const refused: Topic[] = [];
  for (const topic of topics) {
    const answers = await snapshotOf(topic, since[topic], { connection, ports });
    if (answers.some(({ type }) => type === 'error')) refused.push(topic);
    for (const answer of answers) await ports.send(connection.id, answer);
  }
  if (refused.length > 0) await ports.connections.removeTopics(connection, refused);
}

/** What a connection is told when something it asked can't be done. */
export const errorMessage = ({ code, message: detail }: DomainError, topic?: string): LiveMessage => ({
  ...(topic !== undefined && { topic }),
  type: 'error',
  data: { code, detail },
});

interface Asked {
  readonly connection: Connection;
  readonly ports: ListenPorts;
}

/** Nothing where `since` is the latest already. */
async function snapshotOf(topic: Topic, since: number | undefined, asked: Asked): Promise<LiveMessage[]> {
  if (topic === 'me') return [{ topic, sequence: 0, type: 'snapshot', data: {} }];
  try {
    const states = await updatesOf(topic, since, asked);
    return states
      .filter(({ sequence }) => since === undefined || sequence > since)
      .map((state) => messageOf(state, topic, since === undefined ? 'snapshot' : state.type));
  } catch (error) {
    if (error instanceof DomainError) return [errorMessage(error, topic)];
    throw error;
  }
}

async function updatesOf(
  topic: Exclude<Topic, 'me'>,
  since: number | undefined,
  { connection, ports }: Asked,
): Promise<LiveUpdate[]> {
  const id = topic.slice(topic.indexOf(':') + 1);
  const own = <Thing extends Owned>(thing: Thing | undefined, missing: () => Error) =>
    requireOwned(thing, connection, missing);
  if (topic.startsWith('job:')) {
    const job = own(await ports.jobs.find(id), () => new JobNotFoundError(id));
    return since === undefined ? [jobUpdate(job)] : jobUpdatesSince(job, since);
  }
  if (topic.startsWith('upload:')) {
    return [uploadUpdate(own(await ports.uploads.find(id), () => new UploadNotFoundError(id)))];
  }
  const batch = own(await ports.batches.find(id), () => new BatchNotFoundError(id));
  const { counts, sequence } = await ports.batches.countsInSequence(id);
  return [batchUpdate({ batch, counts }, sequence)];
}
