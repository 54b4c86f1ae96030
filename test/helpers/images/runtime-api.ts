import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';

/** What a function answered to an event: its result, or the error that it told. */
export type Answer = { readonly result: unknown } | { readonly error: unknown };

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly deadlineMs: number;
  readonly settle: (answer: Answer) => void;
}

/** One side of Lambda's Runtime API (2018-06-01), for one process, on loopback. */
export interface RuntimeApi {
  /** As `AWS_LAMBDA_RUNTIME_API` names it. */
  readonly address: string;
  /** Settles when the function has been loaded and asks for work, or tells that it can't be loaded. */
  readonly ready: Promise<Answer>;
  /** Gives the function an event as soon as it asks for one. */
  invoke(event: unknown, timeoutSeconds: number): Promise<Answer>;
  close(): void;
}

const PREFIX = '/2018-06-01/runtime';
const OUTCOME = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

export async function serveRuntimeApi(functionArn: string): Promise<RuntimeApi> {
  const waiting: Invocation[] = [];
  const running = new Map<string, Invocation>();
  let asking: ServerResponse | undefined;
  const ready = Promise.withResolvers<Answer>();

  function handOut(): void {
    if (asking === undefined) return;
    const invocation = waiting.shift();
    if (invocation === undefined) return;
    running.set(invocation.id, invocation);
    asking.setHeader('Lambda-Runtime-Aws-Request-Id', invocation.id);
    asking.setHeader('Lambda-Runtime-Deadline-Ms', String(invocation.deadlineMs));
    asking.setHeader('Lambda-Runtime-Invoked-Function-Arn', functionArn);
    asking.setHeader('Content-Type', 'application/json').end(JSON.stringify(invocation.event));
    asking = undefined;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '' } = request;
    if (url === `${PREFIX}/invocation/next`) {
      asking = response;
      ready.resolve({ result: undefined });
      return handOut();
    }
    const [, id = '', kind] = OUTCOME.exec(url) ?? [];
    const invocation = running.get(id);
    if (url === `${PREFIX}/init/error`) ready.resolve({ error: await json(request) });
    else if (invocation === undefined) response.statusCode = 404;
    else {
      running.delete(id);
      const body: unknown = JSON.parse((await text(request)) || 'null');
      invocation.settle(kind === 'response' ? { result: body } : { error: body });
      response.statusCode = 202;
    }
    response.end();
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready: ready.promise,
    invoke: (event, timeoutSeconds) =>
      new Promise((settle) => {
        waiting.push({ id: randomUUID(), event, deadlineMs: Date.now() + timeoutSeconds * 1000, settle });
        handOut();
      }),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
