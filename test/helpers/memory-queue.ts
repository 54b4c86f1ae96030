import type { QueueMessage } from '../../core/domain/entities/queue-message.ts';
import type { MessageSource } from '../../core/runtime/held-message.ts';

interface Stored {
  readonly body: string;
  receives: number;
  visibleAt: number;
}

/** A queue as SQS has them, in this process: what is received is hidden for a while, and comes again unless it is removed. */
export class MemoryQueue implements MessageSource {
  readonly #messages = new Map<string, Stored>();
  readonly deadLetters: string[] = [];
  readonly #maxReceives: number;

  constructor(maxReceives = 5) {
    this.#maxReceives = maxReceives;
  }

  send(body: string): void {
    this.#messages.set(`receipt-${this.#messages.size}-${body}`, { body, receives: 0, visibleAt: 0 });
  }

  get left(): string[] {
    return [...this.#messages.values()].map(({ body }) => body);
  }

  /** Bodies of those that would be delivered now. */
  get visible(): string[] {
    return [...this.#messages.values()]
      .filter(({ visibleAt }) => visibleAt <= Date.now())
      .map(({ body }) => body);
  }

  async receive(most: number, hiddenSeconds: number): Promise<QueueMessage[]> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const received: QueueMessage[] = [];
    for (const [receipt, message] of this.#messages) {
      if (message.visibleAt > Date.now() || received.length === most) continue;
      message.receives += 1;
      if (message.receives > this.#maxReceives) {
        this.#messages.delete(receipt);
        this.deadLetters.push(message.body);
        continue;
      }
      message.visibleAt = Date.now() + hiddenSeconds * 1000;
      received.push({ body: message.body, receipt, receives: message.receives });
    }
    return received;
  }

  async hide({ receipt }: QueueMessage, seconds: number): Promise<void> {
    const message = this.#messages.get(receipt);
    if (message !== undefined) message.visibleAt = Date.now() + seconds * 1000;
  }

  async remove({ receipt }: QueueMessage): Promise<void> {
    this.#messages.delete(receipt);
  }
}
