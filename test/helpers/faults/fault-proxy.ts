import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AwsCall, describeCall, nameOfCall, type ReceivedRequest } from './aws-call.ts';
import { conflictAnswer, errorAnswer, type FaultAnswer, throttleAnswer } from './fault-answers.ts';
import type { createFaultPlan, Fault } from './fault-plan.ts';
import { findProcessByPort } from './find-process.ts';
import { KILLS } from './plan-deaths.ts';
import type { PartialWriter } from './write-in-part.ts';

/** How long a call hangs that is never answered: longer than clients wait. */
const SILENCE_MS = 15_000;
const LONGEST_LATENCY_MS = 800;
const UNAVAILABLE: FaultAnswer = { status: 503, contentType: 'text/plain', body: 'The emulator restarts.' };

/** An answer of the emulator. */
export interface RelayedAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface FaultProxyOptions {
  /** The emulator's. */
  readonly endpointUrl: string;
  readonly plan: ReturnType<typeof createFaultPlan>;
  readonly writeInPart: PartialWriter;
  /** Told of each call that was done, before its answer is given. */
  readonly onDone: (call: AwsCall, body: Buffer) => void;
}

interface Turn {
  readonly received: ReceivedRequest;
  readonly call: AwsCall;
  readonly chance: number;
  readonly port: number;
  readonly response: ServerResponse;
}

/**
 * Stands between functions and the emulator, one address a function, and does to their calls what the plan says.
 * Whatever it passes on it passes on as it came, so that signatures and policies count.
 */
export function createFaultProxy({ endpointUrl, plan, writeInPart, onDone }: FaultProxyOptions) {
  const { hostname, port } = new URL(endpointUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const injected = new Map<Fault, number>();
  const stops: (() => Promise<void>)[] = [];
  let isCalm = false;

  function relay({ method, url, headers, body }: ReceivedRequest): Promise<RelayedAnswer> {
    const { expect: _, 'transfer-encoding': __, connection: ___, ...kept } = headers;
    const options = { hostname, port, method, path: url, agent };
    return new Promise((resolve, reject) => {
      const passed = { ...kept, 'content-length': String(body.byteLength) };
      const request = send({ ...options, headers: passed }, (answer) => {
        buffer(answer).then(
          (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
          reject,
        );
      });
      request.once('error', reject);
      request.end(body);
    });
  }

  /** @returns undefined where the emulator is not there. */
  async function perform({ received, call }: Pick<Turn, 'received'> & { readonly call?: AwsCall }) {
    const answer = await relay(received).catch(() => undefined);
    if (call !== undefined && answer !== undefined && answer.status < 300) onDone(call, received.body);
    return answer;
  }

  async function passOn(turn: Pick<Turn, 'received' | 'response'> & { readonly call?: AwsCall }) {
    const answer = await perform(turn);
    if (answer === undefined) return give(turn.response, UNAVAILABLE);
    const { connection: _, 'transfer-encoding': __, ...headers } = answer.headers;
    turn.response.writeHead(answer.status, headers).end(answer.body);
  }

  const cut = ({ response }: Turn) => void response.socket?.destroy();

  /** @returns whether there was a worker to kill. */
  async function killed(turn: Turn, isDone: boolean): Promise<boolean> {
    const pid = findProcessByPort(turn.port);
    if (pid === undefined) return false;
    if (isDone) await perform(turn);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    cut(turn);
    return true;
  }

  /** What each fault does. @returns false where it did nothing, so that the call is to be passed on. */
  const inject: Record<Fault, (turn: Turn) => Promise<boolean>> = {
    latency: async (turn) => {
      await sleep(turn.chance * LONGEST_LATENCY_MS);
      await passOn(turn);
      return true;
    },
    reset: async (turn) => {
      cut(turn);
      return true;
    },
    lost: async (turn) => {
      await perform(turn);
      cut(turn);
      return true;
    },
    'time-out': async (turn) => {
      if (turn.chance < 0.5) await perform(turn);
      await sleep(SILENCE_MS);
      cut(turn);
      return true;
    },
    'error 500': async (turn) => {
      // Half of those that fail have been done.
      if (turn.chance < 0.5) await perform(turn);
      return give(turn.response, errorAnswer(turn.call));
    },
    throttle: async ({ call, response }) => give(response, throttleAnswer(call)),
    conflict: async ({ call, received, response }) => give(response, conflictAnswer(call, received.body)),
    unprocessed: (turn) => inPart(turn),
    'refused messages': (turn) => inPart(turn),
    'killed before': (turn) => killed(turn, false),
    'killed after': (turn) => killed(turn, true),
  };

  async function inPart({ call, received, response }: Turn): Promise<boolean> {
    const body = await writeInPart(call, received.body).catch(() => undefined);
    if (body === undefined) return false;
    onDone(call, Buffer.from(JSON.stringify(body.done)));
    return give(response, {
      status: 200,
      contentType: 'application/x-amz-json-1.0',
      body: JSON.stringify(body.answer),
    });
  }

  async function handle(construct: string, request: IncomingMessage, response: ServerResponse) {
    const { method = 'GET', url = '/', headers } = request;
    const remotePort = request.socket.remotePort ?? 0;
    const received = { method, url, headers, body: await buffer(request) };
    const call = isCalm ? undefined : describeCall(received);
    if (call === undefined) return passOn({ received, response });
    const name = nameOfCall(construct, call);
    const { fault, chance } = plan.next(name, call);
    const turn = { received, call, chance, response, port: remotePort };
    if (fault !== undefined && (await inject[fault](turn))) {
      injected.set(fault, (injected.get(fault) ?? 0) + 1);
      if (isKill(fault)) plan.died(name, call);
      return;
    }
    await passOn(turn);
  }

  return {
    /** How often each fault has happened. */
    injected,

    /** @returns the address that functions of a construct are to call. */
    async listenFor(construct: string): Promise<string> {
      const server = createServer((request, response) => {
        handle(construct, request, response).catch(() => response.socket?.destroy());
      });
      // What is kept open longer than its client does so is never cut under a request.
      server.keepAliveTimeout = 120_000;
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      stops.push(
        () =>
          new Promise((closed) => {
            server.closeAllConnections();
            server.close(() => closed());
          }),
      );
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },

    /** Passes everything on from here on. */
    calm(): void {
      isCalm = true;
    },

    async stop(): Promise<void> {
      await Promise.all(stops.map((stop) => stop()));
      agent.destroy();
    },
  };
}

const isKill = (fault: Fault) => (KILLS as readonly Fault[]).includes(fault);

function give(response: ServerResponse, { status, contentType, body }: FaultAnswer): boolean {
  response.writeHead(status, { 'content-type': contentType }).end(body);
  return true;
}
