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
  /**
   * Nothing is heard from here on. Does not wait for the other side to close, too: nothing says that it ever will, and
   * the standard's WebSocket waits without a limit.
   */
  close(): void;
}

/** Opens a WebSocket, by default to the deployment. @throws where it is refused. */
export async function openSocket(query: string, liveUrl = inject('deployment').liveUrl): Promise<LiveSocket> {
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
    close: () => socket.close(),
  };
}
