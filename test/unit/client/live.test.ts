import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { Segmentry } from '../../../client/index.ts';

const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Says these messages, of less than 126 bytes each, to whoever asks for anything. */
async function serveMessages(messages: readonly object[]): Promise<string> {
  const sockets: Duplex[] = [];
  const server = createServer().on('upgrade', ({ headers }, socket) => {
    sockets.push(socket);
    const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${KEY_SUFFIX}`).digest('base64');
    const upgraded = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write([...upgraded, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'));
    socket.once('data', () => {
      for (const message of messages) {
        const text = Buffer.from(JSON.stringify(message));
        socket.write(Buffer.from([0x81, text.length, ...text]));
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('what was on its way while a newer snapshot was made is not told', async () => {
  const topic = 'job:1';
  const say = (type: string, sequence: number, status: string) => ({
    topic,
    type,
    sequence,
    data: { status },
  });
  const liveUrl = await serveMessages([
    say('snapshot', 20, 'succeeded'),
    say('job.updated', 10, 'running'),
    say('job.updated', 30, 'queued'),
    // Who joins is told again what others know.
    say('snapshot', 30, 'queued'),
  ]);
  const { live } = new Segmentry({ url: 'http://127.0.0.1:1', token: 't', liveUrl });
  const told = await new Promise<unknown[]>((resolve) => {
    const states: unknown[] = [];
    const stop = live?.listen([topic], {
      onState: ({ sequence, type }) => {
        states.push(`${type} ${sequence}`);
        if (type !== 'snapshot' || sequence !== 30) return;
        stop?.();
        resolve(states);
      },
    });
  });
  expect(told).toEqual(['snapshot 20', 'job.updated 30', 'snapshot 30']);
});
