import type { LiveMessage, Topic } from '../../contracts/live-messages.ts';
import { DomainError } from './errors.ts';

/** A WebSocket that is open, as far as anyone knows. Where its record goes, it is closed. */
export interface Connection {
  readonly id: string;
  readonly userId: string;
  readonly topics: readonly Topic[];
  /** What it was opened with has ended by itself: it is to be removed, and told nothing more. */
  readonly isOver?: boolean;
}

/** What a connection was opened with, and ends with. */
export interface OpeningCredential {
  /** The session or the API key. */
  readonly openedBy?: string | undefined;
  /** When that ends by itself. */
  readonly expiresAt?: string | undefined;
}

/** Where open connections are kept. */
export interface ConnectionRepository {
  /** @returns undefined where it is not known (any more), or its time is over. */
  find(connectionId: string): Promise<Connection | undefined>;
  /** Those whose time is over, too. */
  listOfUser(userId: string): Promise<Connection[]>;
  create(connectionId: string, userId: string, credential?: OpeningCredential): Promise<void>;
  remove(connection: Pick<Connection, 'id' | 'userId'>): Promise<void>;
  /** Ends all of the user's WebSockets. */
  removeAll(userId: string): Promise<void>;
  addTopics(connection: Connection, topics: readonly Topic[]): Promise<void>;
  removeTopics(connection: Connection, topics: readonly Topic[]): Promise<void>;
}

/** Topics that one connection may listen to. */
export const TOPIC_LIMIT = 1000;

/**
 * Connections that one user may have open. Each is written to for each change, so many of them would slow down
 * what everyone is told. Two that open at once may both be the last: it is no lock.
 */
export const CONNECTION_LIMIT = 100;

/** API Gateway closes every connection by then. */
export const CONNECTION_LIFE_SECONDS = 2 * 3600;

/** Closes a connection, unless it is closed. */
export type CloseLive = (connectionId: string) => Promise<void>;

/** Sends a message on a connection. @returns false where the connection is gone. */
export type SendLive = (connectionId: string, message: LiveMessage) => Promise<boolean>;

export class TooManyConnectionsError extends DomainError {
  readonly code = 'too_many_connections';
  readonly kind = 'too_many';

  constructor() {
    super(`You have ${CONNECTION_LIMIT} connections open, which is the limit. Close some, or share one.`);
  }
}

export class TooManyTopicsError extends DomainError {
  readonly code = 'too_many_topics';
  readonly kind = 'unprocessable';

  constructor() {
    super(
      `A connection may listen to ${TOPIC_LIMIT} topics. Listen to the batch instead of its jobs, or to "me".`,
    );
  }
}

export class UnknownTopicError extends DomainError {
  readonly code = 'unknown_topic';
  readonly kind = 'malformed';

  constructor(topic: string) {
    super(`"${topic}" is no topic. A topic is "job:ID", "batch:ID", "upload:ID" or "me".`);
  }
}
