import { inject } from 'vitest';
import type { ClientMessage, LiveMessage } from '../../core/contracts/live-messages.ts';
import { pollUntil } from './pipeline.ts';

export interface LiveSocket {
  /** In the order they came. */
  readonly messages: readonly LiveMessage[];
  send(message: ClientMessage | string): void;
  /** Waits until the messages say so. */
  until(isEnough: (messages: readonly LiveMessage[]) => boolean, seconds?: number): Promise<void>;
  isOpen(): boolean;
  close(): Promise<void>;
}

/** Opens a WebSocket to the deployment. @throws where it is refused. */
export async function openSocket(query: string): Promise<LiveSocket> {
  const { liveUrl } = inject('deployment');
  const socket = new WebSocket(`${liveUrl}${query}`);
  const messages: LiveMessage[] = [];
  socket.addEventListener('message', ({ data }) => messages.push(JSON.parse(String(data))));
  await new Promise<void>((open, refused) => {
    socket.addEventListener('open', () => open(), { once: true });
    socket.addEventListener('error', () => refused(new Error('The WebSocket was refused.')), { once: true });
  });
  return {
    messages,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async until(isEnough, seconds = 60) {
      await pollUntil(async () => messages, isEnough, seconds);
    },
    isOpen: () => socket.readyState === WebSocket.OPEN,
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = new Promise((done) => socket.addEventListener('close', done, { once: true }));
      socket.close();
      await closed;
    },
  };
}
