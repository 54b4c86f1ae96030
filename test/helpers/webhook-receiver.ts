import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

/** A call that came in. */
export interface ReceivedCall {
  readonly headers: Record<string, string>;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it.
  readonly event: any;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface ReceiverAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Never answers. */
  readonly hangs?: boolean;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  /** In the order they came. */
  readonly calls: readonly ReceivedCall[];
  /** The calls about one thing, by its id. */
  callsAbout(id: string): ReceivedCall[];
  stop(): Promise<void>;
}

/** A real endpoint on this machine that answers each call as `answer` says; 204 where it says nothing. */
export async function startReceiver(
  answer: (call: ReceivedCall, earlier: readonly ReceivedCall[]) => ReceiverAnswer = () => ({}),
  port = 0,
): Promise<WebhookReceiver> {
  const calls: ReceivedCall[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const headers = request.headers as Record<string, string>;
    const call = { headers, body, event: JSON.parse(body), at: Date.now() };
    const earlier = calls.filter((each) => each.headers['webhook-id'] === headers['webhook-id']);
    calls.push(call);
    const { status = 204, headers: answered, body: said, hangs } = answer(call, earlier);
    if (hangs !== true) response.writeHead(status, answered).end(said);
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}/hook`,
    port: bound,
    calls,
    callsAbout: (id) => calls.filter(({ event }) => event.data.id === id),
    stop: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

/** @throws where the signature is not one of `secret`, or is old. */
export const verify = ({ body, headers }: ReceivedCall, secret: string) =>
  new Webhook(secret).verify(body, headers);
