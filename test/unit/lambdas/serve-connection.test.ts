import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiveMessage } from '../../../core/contracts/live-messages.ts';
import { CONNECTION_LIMIT } from '../../../core/domain/entities/connection.ts';
import type { Principal } from '../../../core/domain/entities/principal.ts';
import { UnauthenticatedError } from '../../../core/domain/request/authenticate.ts';
import { TooManyRequestsError } from '../../../core/domain/request/quota.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';
import { createHandler } from '../../../lambdas/serve-connection/handler.ts';

const TOKEN = 'sk_a-token.that-nobody_may-log';

afterEach(() => vi.restoreAllMocks());

function serve(scopes: Principal['scopes'] = ['read'], requestsPerMinute = 1000) {
  let taken = 0;
  const asked: (string | undefined)[] = [];
  const opened: string[] = [];
  const listenedTo: string[] = [];
  const sent: LiveMessage[] = [];
  const closed: string[] = [];
  const handler = createHandler(
    {
      async authenticate(authorization) {
        asked.push(authorization);
        if (authorization === `Bearer ${TOKEN}`)
          return { principal: { userId: 'usr_1', scopes }, prefetched: {} };
        throw new UnauthenticatedError('token_invalid', 'no');
      },
      connections: {
        find: async (id) => (opened.includes(id) ? { id, userId: 'usr_1', topics: [] } : undefined),
        addTopics: async (_, topics) => void listenedTo.push(...topics),
        removeTopics: async () => {},
        listOfUser: async (userId) => opened.map((id) => ({ id, userId, topics: [] })),
        create: async (id) => void opened.push(id),
        remove: async () => {},
      },
      jobs: { find: async () => undefined },
      uploads: { find: async () => undefined },
      batches: {
        find: async () => undefined,
        countsInSequence: async () => {
          throw new Error('not asked');
        },
      },
      takeRequests: async (_, requests) => {
        taken += requests;
        if (taken > requestsPerMinute) throw new TooManyRequestsError(requestsPerMinute, 30);
        return () => {};
      },
      send: async (_, message) => sent.push(message) > 0,
      close: async (id) => void closed.push(id),
    },
    createTelemetry('test'),
  );
  const connect = (event: object) =>
    handler({ requestContext: { routeKey: '$connect', connectionId: 'c=' }, ...event }, {
      functionName: 'serve-connection',
    } as never);
  const say = (message: object) =>
    handler(
      {
        requestContext: { routeKey: '$default', connectionId: 'c=' },
        body: JSON.stringify(message),
      },
      { functionName: 'serve-connection' } as never,
    );
  return { connect, say, asked, opened, listenedTo, sent, closed };
}

it('refuses a topic that is none by its name, and listens to the others of the message', async () => {
  const { connect, say, listenedTo, sent } = serve();
  await connect({ queryStringParameters: { token: TOKEN } });
  await say({ action: 'subscribe', topics: ['jobs', 'me'] });
  expect(listenedTo).toEqual(['me']);
  expect(sent).toEqual([
    {
      topic: 'jobs',
      type: 'error',
      data: { code: 'unknown_topic', detail: expect.stringContaining('"jobs"') },
    },
    { topic: 'me', type: 'snapshot', sequence: 0, data: {} },
  ]);
});

describe('a WebSocket', () => {
  it('opens to a token in the query', async () => {
    const { connect, opened } = serve();
    expect(await connect({ queryStringParameters: { token: TOKEN } })).toEqual({ statusCode: 200 });
    expect(opened).toEqual(['c=']);
  });

  it('opens to a token beside the subprotocol, and names the subprotocol only', async () => {
    const { connect } = serve();
    expect(await connect({ headers: { 'Sec-WebSocket-Protocol': `segmentry, ${TOKEN}` } })).toEqual({
      statusCode: 200,
      headers: { 'Sec-WebSocket-Protocol': 'segmentry' },
    });
  });

  it('opens to nobody else', async () => {
    const { connect, opened } = serve();
    expect(await connect({})).toEqual({ statusCode: 401 });
    expect(await connect({ queryStringParameters: { token: 'sk_other' } })).toEqual({ statusCode: 401 });
    expect(await serve(['write']).connect({ queryStringParameters: { token: TOKEN } })).toEqual({
      statusCode: 403,
    });
    expect(opened).toEqual([]);
  });

  it('opens to a user up to the limit, and says so beyond it', async () => {
    const { connect, opened } = serve();
    for (let count = 0; count < CONNECTION_LIMIT; count += 1) {
      expect(await connect({ queryStringParameters: { token: TOKEN } })).toEqual({ statusCode: 200 });
    }
    expect(await connect({ queryStringParameters: { token: TOKEN } })).toEqual({
      statusCode: 429,
      body: expect.stringContaining(`You have ${CONNECTION_LIMIT} connections open`),
    });
    expect(opened).toHaveLength(CONNECTION_LIMIT);
  });

  it('counts against the quota of its user: its opening, what it says, each topic that it asks for', async () => {
    const { connect, say, sent } = serve(['read'], 5);
    await connect({ queryStringParameters: { token: TOKEN } });
    await say({ what: 'is that?' });
    const topics = [1, 2, 3].map((each) => `job:job_${String(each).padStart(32, '0')}`);
    await say({ action: 'subscribe', topics });
    expect(sent).toHaveLength(4);
    await say({ action: 'unsubscribe', topics });
    expect(sent[4]).toMatchObject({ type: 'error', data: { code: 'too_many_requests' } });
    expect(await connect({ queryStringParameters: { token: TOKEN } })).toMatchObject({ statusCode: 429 });
  });

  it('counts each topic that it has enough of, too: those that are none are refused one by one', async () => {
    const { connect, say, sent } = serve(['read'], 5);
    await connect({ queryStringParameters: { token: TOKEN } });
    const topics = [1, 2, 3].map((each) => `no topic ${each}`);
    await say({ action: 'unsubscribe', topics });
    await say({ action: 'unsubscribe', topics });
    expect(sent).toHaveLength(4);
    expect(sent[3]).toMatchObject({ type: 'error', data: { code: 'too_many_requests' } });
  });

  it('is closed where it says something after its time, so that its client comes back', async () => {
    const { connect, say, opened, sent, closed } = serve();
    await connect({ queryStringParameters: { token: TOKEN } });
    await say({ action: 'subscribe', topics: ['me'] });
    expect(closed).toEqual([]);
    opened.length = 0;
    await say({ action: 'subscribe', topics: ['me'] });
    expect(closed).toEqual(['c=']);
    expect(sent).toHaveLength(1);
  });

  it('leaves no token in the log', async () => {
    const lines: unknown[] = [];
    for (const method of ['log', 'info', 'debug', 'warn', 'error'] as const) {
      vi.spyOn(console, method).mockImplementation((...line) => void lines.push(...line));
    }
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(line) > 0);
    const { connect } = serve();
    await connect({ queryStringParameters: { token: TOKEN } });
    await connect({ queryStringParameters: { token: `${TOKEN}x` } });
    await connect({ headers: { 'sec-websocket-protocol': `segmentry, ${TOKEN}` } });
    expect(JSON.stringify(lines)).not.toContain(TOKEN);
  });
});
