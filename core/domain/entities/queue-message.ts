/** A message that a worker has taken from a queue. */
export interface QueueMessage {
  readonly body: string;
  /** By which the queue knows this delivery of it. */
  readonly receipt: string;
  /** How often it was delivered, this time included. */
  readonly receives: number;
}
