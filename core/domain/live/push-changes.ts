import type { LiveMessage, Topic } from '../../contracts/live-messages.ts';
import type { BatchRepository } from '../entities/batch.ts';
import type { CloseLive, Connection, ConnectionRepository, SendLive } from '../entities/connection.ts';
import {
  batchAudience,
  batchUpdate,
  creditUpdate,
  jobUpdate,
  type LiveAudience,
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
}

/**
 * Pushes changes to the connections that listen for them, and closes those that have ended. Each batch is pushed last
 * and once, with its current counts, however many of its jobs have changed. Nothing waits here: whoever holds up one
 * change holds up all that follow in the stream. Pushing an update again does no harm: it has the same sequence number.
 */
export async function pushChanges(changes: readonly LiveChange[], ports: PushChangesPorts): Promise<void> {
  for (const change of changes)
    if (change.entity === 'endedConnection') await ports.close(change.connectionId);
  const connectionsOf = readOnce((userId) => listOpen(userId, ports));
  const batchIds = new Set(changes.flatMap((change) => ('batchId' in change ? change.batchId : [])));
  const ofBatches = await Promise.all([...batchIds].map((id) => heardBatch(id, connectionsOf, ports)));
  await pushUpdates([...changes.flatMap(newUpdate), ...ofBatches.flat()], connectionsOf, ports);
}

/** Removes those whose time is over, which closes them: a client comes back with a new token, where it has one. */
async function listOpen(userId: string, { connections }: PushChangesPorts): Promise<Connection[]> {
  const all = await connections.listOfUser(userId);
  const over = all.filter(({ isOver }) => isOver === true);
  await Promise.all(over.map((connection) => connections.remove(connection)));
  return all.filter((connection) => !over.includes(connection));
}

type ConnectionsOf = (userId: string) => Promise<readonly Connection[]>;

function readOnce(read: ConnectionsOf): ConnectionsOf {
  const known = new Map<string, ReturnType<ConnectionsOf>>();
  return (userId) => {
    const connections = known.get(userId) ?? read(userId);
    known.set(userId, connections);
    return connections;
  };
}

/** The progress of a batch; empty where nobody listens, whose jobs then need no counting. */
async function heardBatch(
  batchId: string,
  connectionsOf: ConnectionsOf,
  { batches }: PushChangesPorts,
): Promise<LiveUpdate[]> {
  const batch = await batches.find(batchId);
  if (batch === undefined) return [];
  const audience = batchAudience(batch);
  const connections = await connectionsOf(batch.userId);
  if (connections.every((connection) => heardTopics(connection, audience).length === 0)) return [];
  const { counts, sequence } = await batches.countsInSequence(batchId);
  return [batchUpdate({ batch, counts }, sequence)];
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

async function pushUpdates(
  updates: readonly LiveUpdate[],
  connectionsOf: ConnectionsOf,
  ports: PushChangesPorts,
): Promise<void> {
  const pushes: Promise<void>[] = [];
  for (const [userId, ofUser] of Map.groupBy(updates, (update) => update.userId)) {
    for (const connection of await connectionsOf(userId)) pushes.push(pushTo(connection, ofUser, ports));
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

const messagesFor = (connection: Connection, update: LiveUpdate): LiveMessage[] =>
  heardTopics(connection, update).map((topic) => messageOf(update, topic));

function heardTopics({ topics }: Connection, { topic, isForMe }: LiveAudience): Topic[] {
  const told: Topic[] = [...(topic === undefined ? [] : [topic]), ...(isForMe ? (['me'] as const) : [])];
  return told.filter((each) => topics.includes(each));
}
