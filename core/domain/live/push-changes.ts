import type { LiveMessage, Topic } from '../../contracts/live-messages.ts';
import type { BatchRepository } from '../entities/batch.ts';
import type { CloseLive, Connection, ConnectionRepository, SendLive } from '../entities/connection.ts';
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
  | { readonly entity: 'batchCounter'; readonly batchId: string }
  /** A WebSocket whose record is gone: its session or its key has ended, its user is disabled, or it is over itself. */
  | { readonly entity: 'endedConnection'; readonly connectionId: string };

type StateChange = Exclude<LiveChange, { entity: 'batchCounter' | 'endedConnection' }>;

export interface PushChangesPorts {
  readonly connections: Pick<ConnectionRepository, 'listOfUser' | 'remove'>;
  readonly batches: Pick<BatchRepository, 'find' | 'countsInSequence'>;
  readonly send: SendLive;
  readonly close: CloseLive;
  /** Resolves when `batchIds` may be pushed again. */
  readonly pace: (batchIds: readonly string[]) => Promise<void>;
}

/**
 * Pushes changes to the connections that listen for them, and closes those that have ended. Each batch is pushed last and once, with its current counts,
 * however many of its jobs have changed. Pushing an update again does no harm: it has the same sequence number.
 */
export async function pushChanges(changes: readonly LiveChange[], ports: PushChangesPorts): Promise<void> {
  for (const change of changes)
    if (change.entity === 'endedConnection') await ports.close(change.connectionId);
  await pushUpdates(changes.flatMap(newUpdate), ports);
  const counters = changes.filter((change) => change.entity === 'batchCounter');
  const batchIds = [...new Set(counters.map(({ batchId }) => batchId))];
  if (batchIds.length === 0) return;
  await ports.pace(batchIds);
  const updates: LiveUpdate[] = [];
  for (const batchId of batchIds) {
    const batch = await ports.batches.find(batchId);
    if (batch === undefined) continue;
    const { counts, sequence } = await ports.batches.countsInSequence(batchId);
    updates.push(batchUpdate({ batch, counts }, sequence));
  }
  await pushUpdates(updates, ports);
}

/** Empty where a write changed nothing that is pushed. */
function newUpdate(change: LiveChange): LiveUpdate[] {
  if (change.entity === 'batchCounter' || change.entity === 'endedConnection') return [];
  const [before, after] = updatesOf(change);
  return before?.sequence === after.sequence ? [] : [after];
}

function updatesOf(change: StateChange): [LiveUpdate | undefined, LiveUpdate] {
  switch (change.entity) {
    case 'job':
      return [change.before && jobUpdate(change.before), jobUpdate(change.after)];
    case 'upload':
      return [change.before && uploadUpdate(change.before), uploadUpdate(change.after)];
    case 'creditAccount':
      return [change.before && creditUpdate(change.before), creditUpdate(change.after)];
  }
}

async function pushUpdates(updates: readonly LiveUpdate[], ports: PushChangesPorts): Promise<void> {
  const pushes: Promise<void>[] = [];
  for (const [userId, ofUser] of Map.groupBy(updates, (update) => update.userId)) {
    for (const connection of await ports.connections.listOfUser(userId)) {
      pushes.push(pushTo(connection, ofUser, ports));
    }
  }
  // A failed push does not hold up the others; afterwards the whole batch is tried again.
  const failed = (await Promise.allSettled(pushes)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function pushTo(
  connection: Connection,
  updates: readonly LiveUpdate[],
  { send, connections }: PushChangesPorts,
): Promise<void> {
  for (const message of updates.flatMap((update) => messagesFor(connection, update))) {
    if (await send(connection.id, message)) continue;
    await connections.remove(connection);
    return;
  }
}

function messagesFor({ topics }: Connection, update: LiveUpdate): LiveMessage[] {
  const heard: Topic[] = [...(update.topic === undefined ? [] : [update.topic]), ...meTopic(update)];
  return heard.filter((topic) => topics.includes(topic)).map((topic) => messageOf(update, topic));
}

const meTopic = ({ isForMe }: LiveUpdate): Topic[] => (isForMe ? ['me'] : []);

const PACE_MS = 1000;

/** Lets each batch be pushed once a second; changes in between wait in the stream. */
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
