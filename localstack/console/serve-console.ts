import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative } from 'node:path';
import type { Duplex } from 'node:stream';
import { consolePolicy } from '../../core/contracts/console-policy.ts';

export interface ConsoleOptions {
  /** Where the built pages lie. */
  readonly folder: string;
  /** The API that the pages ask, as if it were of the same origin. */
  readonly apiUrl: string;
  readonly liveUrl: string | undefined;
  /** Where presigned forms and signed URLs lead. */
  readonly bucketOrigin: string;
}

const API_PATHS = /^\/(v1\/|docs(?=[/?]|$)|\.well-known\/)/;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.jpg': 'image/jpeg',
};

/** The console and the API under one origin on loopback, as a content delivery network does it on AWS. */
export async function serveConsole(
  options: ConsoleOptions,
): Promise<{ url: string; close: () => Promise<void> }> {
  const pages = readPages(options.folder);
  const server = createServer((incoming, answer) => {
    if (API_PATHS.test(incoming.url ?? '')) passOn(incoming, answer, options.apiUrl);
    else servePage(incoming, answer, { pages, bucketOrigin: options.bucketOrigin });
  });
  server.on('upgrade', (incoming, socket, head) => {
    // A page that is closed meanwhile takes its connection with it: nobody else would hear of that, and it would end the stack.
    socket.on('error', () => socket.destroy());
    if (options.liveUrl === undefined || !incoming.url?.startsWith('/live')) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
    } else joinLive(incoming, { socket, head }, options.liveUrl);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

function passOn(incoming: IncomingMessage, answer: ServerResponse, apiUrl: string): void {
  const { hostname, port, pathname } = new URL(apiUrl);
  const outgoing = request(
    {
      hostname,
      port,
      method: incoming.method,
      path: pathname + incoming.url,
      headers: { ...incoming.headers, host: `${hostname}:${port}` },
    },
    (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    },
  );
  outgoing.once('error', () => {
    if (!answer.headersSent) answer.writeHead(502);
    answer.end();
  });
  answer.once('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

/**
 * All pages, by their paths. They are small, and the folder is swept by builds of later sources while this stack is up
 * (lib/kept.ts).
 */
const readPages = (folder: string): ReadonlyMap<string, Buffer> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [`/${relative(folder, path)}`, readFileSync(path)];
      }),
  );

/** A page's address that names no file is the application's own. */
function servePage(
  { url = '/' }: IncomingMessage,
  answer: ServerResponse,
  { pages, bucketOrigin }: { pages: ReadonlyMap<string, Buffer>; bucketOrigin: string },
): void {
  const [path = '/'] = url.split('?');
  const name = extname(path) === '' ? '/index.html' : path;
  const content = pages.get(name);
  if (content === undefined) {
    answer.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such file.');
    return;
  }
  answer.writeHead(200, {
    'content-type': CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': consolePolicy([bucketOrigin]),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  answer.end(content);
}

function joinLive(
  incoming: IncomingMessage,
  client: { socket: Duplex; head: Buffer },
  liveUrl: string,
): void {
  const { hostname, port, pathname } = new URL(liveUrl);
  const { search } = new URL(incoming.url ?? '/', 'http://console');
  const outgoing = request({
    hostname,
    port,
    path: pathname + search,
    headers: { ...incoming.headers, host: `${hostname}:${port}` },
  });
  const drop = () => client.socket.destroy();
  client.socket.once('close', () => outgoing.destroy());
  outgoing.once('error', drop);
  outgoing.once('response', drop);
  outgoing.once('upgrade', (response, socket, head) => {
    const headers = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    client.socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('')}\r\n`);
    client.socket.write(head);
    socket.write(client.head);
    socket.on('error', drop).pipe(client.socket);
    client.socket.once('close', () => socket.destroy()).pipe(socket);
  });
  outgoing.end();
}
