import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Segmentry, verifyWebhook, type WebhookEvent } from '../../client/index.ts';
import type { EventPattern } from '../../core/contracts/http/webhooks.ts';
import { catchInterrupts } from '../analyze/interrupts.ts';
import { paint } from '../terminal/print.ts';
import { printable } from '../terminal/printable.ts';

export interface ListenOptions {
  readonly port: number;
  /** Where the deployment reaches that port; on this machine where absent. */
  readonly publicUrl: string | undefined;
  readonly events: readonly EventPattern[];
  readonly json: boolean;
}

/** Registers a webhook that leads here, prints what comes and is signed by its secret, and removes it in the end. */
export async function listenForWebhooks(segmentry: Segmentry, options: ListenOptions): Promise<void> {
  const interrupts = catchInterrupts();
  let secret = '';
  const server = createServer(async (request, answer) => {
    try {
      report(await receive(request, secret), options);
      answer.writeHead(204).end();
    } catch (error) {
      console.error(paint('red', `Refused a call: ${printable((error as Error).message)}`, process.stderr));
      answer.writeHead(401).end();
    }
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve),
  );
  try {
    const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { api } = segmentry;
    const webhook = await api.createWebhook({ url: options.publicUrl ?? here, events: [...options.events] });
    secret = webhook.secret;
    console.error(`Listening at ${here} as ${webhook.id} for ${options.events.join(', ')}. Ctrl-C ends it.`);
    try {
      await untilAborted(interrupts.signal);
    } finally {
      await api.deleteWebhook({ id: webhook.id });
    }
  } finally {
    interrupts.end();
    server.closeAllConnections();
    server.close();
  }
}

/** Ctrl-C may have come while the webhook was made. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

/** @throws SegmentryError `invalid_signature` */
const receive = async (request: IncomingMessage, secret: string): Promise<WebhookEvent> =>
  verifyWebhook({ body: await text(request), headers: request.headers, secret });

function report(event: WebhookEvent, { json }: ListenOptions): void {
  const { type, timestamp, data } = event;
  const { id, ...rest } = data;
  const words = `${timestamp}  ${paint('bold', type)}  ${printable(`${id}  ${JSON.stringify(rest)}`)}`;
  console.log(json ? JSON.stringify(event) : words);
}
