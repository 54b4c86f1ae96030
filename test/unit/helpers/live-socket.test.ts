import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { openSocket } from '../../helpers/live-socket.ts';

const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A WebSocket server that says one thing when it is told one, and never answers a closing handshake. */
async function serveWithoutClosing() {
  const sockets: Duplex[] = [];
  const server = createServer().on('upgrade', ({ headers }, socket) => {
    sockets.push(socket);
    const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${KEY_SUFFIX}`).digest('base64');
    const upgraded = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write([...upgraded, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'));
    const text = Buffer.from(JSON.stringify({ type: 'error', data: {} }));
    socket.on('data', () => socket.write(Buffer.from([0x81, text.length, ...text])));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

it('is closed at once, whether or not the other side ever closes, and hears nothing from then on', async () => {
  const { url, stop } = await serveWithoutClosing();
  const socket = await openSocket('', url);
  socket.send('anything');
  await socket.until((messages) => messages.length === 1);
  socket.close();
  expect(socket.isOpen()).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(socket.messages).toHaveLength(1);
  stop();
});
