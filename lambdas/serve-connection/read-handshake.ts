import * as z from 'zod';

/** The subprotocol that is agreed on where a client names its token beside it. */
export const SUBPROTOCOL = 'segmentry';

const Handshake = z.looseObject({
  headers: z.record(z.string(), z.string()).nullish(),
  queryStringParameters: z.record(z.string(), z.string()).nullish(),
});

/** The token that a client opens a WebSocket with: `?token=…`, or the subprotocols `segmentry, <token>`. */
export function readHandshake(event: unknown): { token: string | undefined; bySubprotocol: boolean } {
  const { headers, queryStringParameters } = Handshake.parse(event);
  const [, offered] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol') ?? [];
  const [name, token] = offered?.split(',').map((each) => each.trim()) ?? [];
  if (name === SUBPROTOCOL && token !== undefined) return { token, bySubprotocol: true };
  return { token: queryStringParameters?.token, bySubprotocol: false };
}
