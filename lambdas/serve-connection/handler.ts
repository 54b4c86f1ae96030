import middy from '@middy/core';
import * as z from 'zod';
import { ClientMessage } from '../../core/contracts/live-messages.ts';
import {
  type CloseLive,
  type ConnectionRepository,
  TooManyConnectionsError,
} from '../../core/domain/entities/connection.ts';
import { ForbiddenScopeError } from '../../core/domain/entities/principal.ts';
import { errorMessage, type ListenPorts, listen } from '../../core/domain/live/listen.ts';
import { type OpenConnectionPorts, openConnection } from '../../core/domain/live/open-connection.ts';
import { type Authenticate, UnauthenticatedError } from '../../core/domain/request/authenticate.ts';
import { TooManyRequestsError } from '../../core/domain/request/quota.ts';
import type { TakeRequests } from '../../core/runtime/limit-requests.ts';
import { type Telemetry, telemetryMiddlewares } from '../../core/runtime/telemetry.ts';
import { readHandshake, SUBPROTOCOL } from './read-handshake.ts';

interface Ports extends ListenPorts {
  readonly authenticate: Authenticate;
  readonly takeRequests: TakeRequests;
  readonly close: CloseLive;
  readonly connections: ListenPorts['connections'] &
    OpenConnectionPorts['connections'] &
    Pick<ConnectionRepository, 'find' | 'remove'>;
}

/** The fields of API Gateway's WebSocket events that are read. */
const SocketEvent = z.looseObject({
  requestContext: z.object({ routeKey: z.string(), connectionId: z.string() }),
  body: z.string().nullish(),
});

interface SocketAnswer {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const DONE: SocketAnswer = { statusCode: 200 };

/** Serves a WebSocket from its opening to its end. The token is read here and kept nowhere. */
export function createHandler(ports: Ports, telemetry: Telemetry) {
  const serve = async (event: unknown): Promise<SocketAnswer> => {
    const { requestContext, body } = SocketEvent.parse(event);
    const { routeKey, connectionId } = requestContext;
    if (routeKey === '$connect') return connect(connectionId, event);
    if (routeKey === '$disconnect') return disconnect(connectionId);
    return answer(connectionId, body ?? '');
  };

  async function connect(connectionId: string, event: unknown): Promise<SocketAnswer> {
    const { token, bySubprotocol } = readHandshake(event);
    const authenticate = () => ports.authenticate(token === undefined ? undefined : `Bearer ${token}`);
    try {
      const { principal } = await authenticate();
      await ports.takeRequests(principal.userId, 1);
      const { connections } = ports;
      await openConnection(connectionId, principal, { connections, authenticateAgain: authenticate });
      return bySubprotocol ? { ...DONE, headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL } } : DONE;
    } catch (error) {
      return refusalOf(error);
    }
  }

  async function disconnect(connectionId: string): Promise<SocketAnswer> {
    const connection = await ports.connections.find(connectionId);
    if (connection !== undefined) await ports.connections.remove(connection);
    return DONE;
  }

  async function answer(connectionId: string, body: string): Promise<SocketAnswer> {
    const connection = await ports.connections.find(connectionId);
    if (connection === undefined) {
      // Its token has ended, or its record is gone: its client comes back with a new token.
      await ports.close(connectionId);
      return DONE;
    }
    const { data: message } = ClientMessage.safeParse(parseJson(body));
    try {
      await ports.takeRequests(connection.userId, requestsOf(message));
    } catch (error) {
      if (!(error instanceof TooManyRequestsError)) throw error;
      await ports.send(connectionId, errorMessage(error));
      return DONE;
    }
    if (message === undefined) await ports.send(connectionId, { type: 'error', data: MALFORMED });
    else await listen(connection, message, ports);
    return DONE;
  }

  return middy(serve).use(telemetryMiddlewares(telemetry));
}

/** @throws the error where it is not a refusal. */
function refusalOf(error: unknown): SocketAnswer {
  if (error instanceof UnauthenticatedError) return { statusCode: 401 };
  if (error instanceof ForbiddenScopeError) return { statusCode: 403 };
  if (error instanceof TooManyConnectionsError || error instanceof TooManyRequestsError) {
    return { statusCode: 429, body: error.message };
  }
  throw error;
}

/** Each topic is looked up, or refused in an answer of its own, as if it were asked for over HTTP. */
const requestsOf = (message: ClientMessage | undefined) => message?.topics.length ?? 1;

const MALFORMED = {
  code: 'malformed_message',
  detail:
    'Send {"action": "subscribe" | "unsubscribe", "topics": ["job:ID", "batch:ID", "upload:ID", "me"]}.',
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
