import type { LiveMessage, Topic } from '../../contracts/live-messages.ts';
import type { BatchRepository } from '../entities/batch.ts';
import type { Connection, ConnectionRepository, SendLive } from '../entities/connection.ts';
import {
  batchUpdate,
  creditUpdate,
  jobUpdate,
  type LiveCredits,
  type LiveJob,
  type LiveUpdate,
  type LiveUpload,
  messageOf,
  uploadUpdate,
} from './live-update.ts';

/** A write that somebody may be listening for. */
export type LiveChange =
  | { readonly entity: 'job'; readonly before: LiveJob | undefined; readonly after: LiveJob }
  | { readonly entity: 'upload'; readonly before: LiveUpload | undefined; readonly after: LiveUpload }
  | {
      readonly entity: 'creditAccount';
      readonly before: LiveCredits | undefined;
      readonly after: LiveCredits;
    }
  /** One of a batch's counters. */
  | { readonly entity: 'batchCounter'; readonly batchId: string };

export interface PushChangesPorts {
  readonly connections: Pick<ConnectionRepository, 'listOfUser' | 'remove'>;
  readonly batches: Pick<BatchRepository, 'find' | 'countsInSequence'>;
  readonly send: SendLive;
  /** Comes back when `batchIds` may be told of again. */
  readonly pace: (batchIds: readonly string[]) => Promise<void>;
}

/**
 * Pushes changes to the connections that listen for them. Batches come last and once, as they are by then,
 * however many of their jobs have changed. Pushing the same again does no harm: it has the same number.
 */
export async function pushChanges(changes: readonly LiveChange[], ports: PushChangesPorts): Promise<void> {
  await pushUpdates(changes.flatMap(newUpdate), ports);
  const counters = changes.filter((change) => change.entity === 'batchCounter');
  const batchIds = [...new Set(counters.map(({ batchId }) => batchId))];
  if (batchIds.length === 0) return;
  await ports.pace(batchIds);
  const states: LiveUpdate[] = [];
  for (const batchId of batchIds) {
    const batch = await ports.batches.find(batchId);
    if (batch === undefined) continue;
    const { counts, sequence } = await ports.batches.countsInSequence(batchId);
    states.push(batchUpdate({ batch, counts }, sequence));
  }
  await pushUpdates(states, ports);
}

/** None where a write changed nothing that is told of. */
function newUpdate(change: LiveChange): LiveUpdate[] {
  if (change.entity === 'batchCounter') return [];
  const [before, after] = updatesOf(change);
  return before?.sequence === after.sequence ? [] : [after];
}

function updatesOf(
  change: Exclude<LiveChange, { entity: 'batchCounter' }>,
): [LiveUpdate | undefined, LiveUpdate] {
  switch (change.entity) {
    case 'job':
      return [change.before && jobUpdate(change.before), jobUpdate(change.after)];
    case 'upload':
      return [change.before && uploadUpdate(change.before), uploadUpdate(change.after)];
    case 'creditAccount':
      return [change.before && creditUpdate(change.before), creditUpdate(change.after)];
  }
}

async function pushUpdates(states: readonly LiveUpdate[], ports: PushChangesPorts): Promise<void> {
  const pushes: Promise<void>[] = [];
  for (const [userId, ofUser] of Map.groupBy(states, (state) => state.userId)) {
    for (const connection of await ports.connections.listOfUser(userId)) {
      pushes.push(pushTo(connection, ofUser, ports));
    }
  }
  // One that fails keeps the others from nothing; the whole is then tried again.
  const failed = (await Promise.allSettled(pushes)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function pushTo(
  connection: Connection,
  states: readonly LiveUpdate[],
  { send, connections }: PushChangesPorts,
): Promise<void> {
  for (const message of states.flatMap((state) => messagesFor(connection, state))) {
    if (await send(connection.id, message)) continue;
    await connections.remove(connection);
    return;
  }
}

function messagesFor({ topics }: Connection, state: LiveUpdate): LiveMessage[] {
  const heard: Topic[] = [...(state.topic === undefined ? [] : [state.topic]), ...meTopic(state)];
  return heard.filter((topic) => topics.includes(topic)).map((topic) => messageOf(state, topic));
}

const meTopic = ({ isForMe }: LiveUpdate): Topic[] => (isForMe ? ['me'] : []);

const PACE_MS = 1000;

/** Lets each batch be told of once a second; what changes meanwhile gathers in the stream. */
export function createBatchPace({
  now,
  sleep,
}: {
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}): PushChangesPorts['pace'] {
  const nextAt = new Map<string, number>();

  return async (batchIds) => {
    const at = now().getTime();
    for (const [batchId, time] of nextAt) if (time <= at) nextAt.delete(batchId);
    const waitMs = Math.max(0, ...batchIds.map((batchId) => (nextAt.get(batchId) ?? 0) - at));
    if (waitMs > 0) await sleep(waitMs);
    for (const batchId of batchIds) nextAt.set(batchId, now().getTime() + PACE_MS);
  };
}
