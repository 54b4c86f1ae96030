import type { QueueMessage } from '../domain/entities/queue-message.ts';

/** What a worker has taken for a message: it is the worker's for so long from now, and nobody's after 0 seconds. */
export interface Lease {
  /** @returns false where somebody else has it meanwhile, or it is over. */
  extend(seconds: number): Promise<boolean>;
}

export interface MessageSource {
  /** Waits for messages, and hides them for so long from others. */
  receive(most: number, hiddenSeconds: number): Promise<QueueMessage[]>;
  hide(message: QueueMessage, seconds: number): Promise<void>;
  remove(message: QueueMessage): Promise<void>;
}

export interface HoldOptions {
  readonly leaseSeconds: number;
  readonly onBeat: () => void;
  readonly onFault: (error: unknown) => void;
}

export type HeldMessage = ReturnType<typeof holdMessage>;

/** The queue delivers again after the lease is over, so that whoever gets the message can take what it names. */
export const hiddenFor = (leaseSeconds: number) => leaseSeconds * 1.1;

const BEATS_IN_A_LEASE = 3;

/** Keeps a message, and what its work has taken, by a heartbeat that extends both together. */
export function holdMessage(
  message: QueueMessage,
  source: Pick<MessageSource, 'hide' | 'remove'>,
  { leaseSeconds, onBeat, onFault }: HoldOptions,
) {
  let lease: Lease | undefined;
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => void inTurn(beat).catch(onFault), (leaseSeconds * 1000) / BEATS_IN_A_LEASE);

  /** A beat that is late undoes nothing that came after it. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  }

  async function beat(): Promise<void> {
    onBeat();
    if (lease !== undefined && !(await lease.extend(leaseSeconds))) return clearInterval(timer);
    await source.hide(message, hiddenFor(leaseSeconds));
  }

  return {
    message,
    hold(taken: Lease): void {
      lease = taken;
    },
    /** It is done. */
    remove(): Promise<void> {
      clearInterval(timer);
      return inTurn(() => source.remove(message));
    },
    /** Lets others have it, in so many seconds. */
    giveBack(seconds: number): Promise<void> {
      clearInterval(timer);
      return inTurn(async () => {
        await lease?.extend(0);
        await source.hide(message, seconds);
      });
    },
  };
}
