import type { ClientMessage, LiveMessage, Topic } from './contracts.ts';
import type { TokenSource } from './transport.ts';

/** A state, not a difference: whoever has the newest knows all. */
export interface LiveState {
  readonly topic: Topic;
  readonly sequence: number;
  readonly type: 'snapshot' | 'job.updated' | 'batch.updated' | 'upload.updated' | 'credits.updated';
  readonly data: Readonly<Record<string, unknown>>;
}

export interface LiveListener {
  onState(state: LiveState): void;
  /** Told of each time the connection opens or is lost: while it is lost, ask the API instead. */
  onConnection?(isOpen: boolean): void;
}

export interface LiveOptions {
  readonly liveUrl: string;
  readonly token: TokenSource;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** One connection for all that listen. It is there while somebody does, and comes back by itself. */
export class Live {
  readonly #options: LiveOptions;
  readonly #listeners = new Map<LiveListener, readonly Topic[]>();
  readonly #seen = new Map<Topic, number>();
  #socket: WebSocket | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** @returns what ends it. */
  listen(topics: readonly Topic[], listener: LiveListener): () => void {
    this.#listeners.set(listener, topics);
    if (this.#socket?.readyState === WebSocket.OPEN) {
      listener.onConnection?.(true);
      // Who joins wants the state now, whatever others have seen.
      this.#send({ action: 'subscribe', topics: [...topics] });
    } else if (this.#timer === undefined && this.#socket === undefined) void this.#connect();
    return () => {
      this.#listeners.delete(listener);
      this.#leave(topics);
    };
  }

  #leave(topics: readonly Topic[]): void {
    const wanted = this.#topics();
    const unwanted = topics.filter((topic) => !wanted.includes(topic));
    for (const topic of unwanted) this.#seen.delete(topic);
    if (this.#listeners.size === 0) this.#close();
    else if (unwanted.length > 0) this.#send({ action: 'unsubscribe', topics: unwanted });
  }

  #topics = (): Topic[] => [...new Set([...this.#listeners.values()].flat())];

  async #connect(): Promise<void> {
    this.#timer = undefined;
    const token = await Promise.resolve(this.#options.token()).catch(() => undefined);
    if (this.#listeners.size === 0 || this.#socket !== undefined) return;
    const socket = new WebSocket(`${this.#options.liveUrl}?token=${encodeURIComponent(token ?? '')}`);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#pauseMs = FIRST_PAUSE_MS;
      for (const listener of this.#listeners.keys()) listener.onConnection?.(true);
      this.#subscribe(this.#topics());
    });
    socket.addEventListener('message', ({ data }) => this.#hear(String(data)));
    socket.addEventListener('close', () => this.#lost(socket));
  }

  #subscribe(topics: readonly Topic[]): void {
    for (let start = 0; start < topics.length; start += 100) {
      const some = topics.slice(start, start + 100);
      const since = Object.fromEntries(
        some.flatMap((topic) => (this.#seen.has(topic) ? [[topic, this.#seen.get(topic) as number]] : [])),
      );
      this.#send({ action: 'subscribe', topics: some, ...(Object.keys(since).length > 0 && { since }) });
    }
  }

  #hear(text: string): void {
    const message = JSON.parse(text) as LiveMessage;
    if (message.type === 'error' || !('sequence' in message)) return;
    const { topic, sequence } = message;
    // `me` tells of many things, each with sequence numbers of its own.
    if (topic !== 'me') {
      const newest = this.#seen.get(topic) ?? -1;
      // A snapshot is for whoever has just joined, even if others know it already.
      if (message.type !== 'snapshot' && sequence <= newest) return;
      this.#seen.set(topic, Math.max(newest, sequence));
    }
    for (const [listener, topics] of this.#listeners) {
      if (topics.includes(topic)) listener.onState(message as LiveState);
    }
  }

  #lost(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    for (const listener of this.#listeners.keys()) listener.onConnection?.(false);
    if (this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => void this.#connect(), this.#pauseMs * (0.5 + Math.random()));
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN && message.topics.length > 0) {
      this.#socket.send(JSON.stringify(message));
    }
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}
