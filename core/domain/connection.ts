import type { LiveMessage, Topic } from '../contracts/live-messages.ts';
import { DomainError } from './errors.ts';

/** A WebSocket that is open, as far as anyone knows. */
export interface Connection {
  readonly id: string;
  readonly userId: string;
  readonly topics: readonly Topic[];
}

/** Topics that one connection may listen to. */
export const TOPIC_LIMIT = 1000;

/** API Gateway closes every connection by then. */
export const CONNECTION_LIFE_SECONDS = 2 * 3600;

/** Sends a message on a connection. @returns false where the connection is gone. */
export type SendLive = (connectionId: string, message: LiveMessage) => Promise<boolean>;

export class TooManyTopicsError extends DomainError {
  readonly code = 'too_many_topics';
  readonly kind = 'unprocessable';

  constructor() {
    super(
      `A connection may listen to ${TOPIC_LIMIT} topics. Listen to the batch instead of its jobs, or to "me".`,
    );
  }
}
