import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

/** What an SDK client offers to whoever looks on. */
interface Client {
  readonly config: { readonly region: () => Promise<string> };
  readonly middlewareStack: {
    add(middleware: Middleware, options: { name: string; step: 'initialize'; priority: 'high' }): void;
  };
}

type Call = { readonly input: object };
type Answer = { readonly output: unknown };
type Middleware = (
  next: (call: Call) => Promise<Answer>,
  context: { readonly clientName?: string; readonly commandName?: string },
) => (call: Call) => Promise<Answer>;

/** The invocation that a call is part of, as X-Ray knows it. */
interface Invocation {
  readonly traceId: string;
  readonly segmentId: string;
  readonly daemon: { readonly host: string; readonly port: number };
}

/** How a call ended, as the SDK tells it of answers and of errors. */
interface Outcome {
  readonly $metadata?: {
    readonly requestId?: string;
    readonly attempts?: number;
    readonly httpStatusCode?: number;
  };
  readonly $fault?: 'client' | 'server';
  readonly $retryable?: { readonly throttling?: boolean };
}

/** What the daemon takes off each message. */
const PREFACE = '{"format":"json","version":1}\n';

/** The fields in which X-Ray names what was called. */
const RESOURCES = {
  TableName: 'table_name',
  QueueUrl: 'queue_url',
  TopicArn: 'topic_arn',
  Bucket: 'bucket_name',
};

/**
 * Tells X-Ray of each call of the client, where Lambda records the invocation. AWS's own SDK for it would be a fifth of
 * a function's code, and is not developed any more (docs/adr/0009-small-bundles.md).
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export function traceCalls<Traced extends object>(client: Traced): Traced {
  const { middlewareStack, config } = client as unknown as Client;
  const watch: Middleware = (next, context) => async (call) => {
    const invocation = currentInvocation();
    if (invocation === undefined) return next(call);
    const startedAt = Date.now();
    const tell = async (outcome: Outcome | undefined, error?: unknown) =>
      send(invocation, {
        name: context.clientName?.replace(/Client$/, '') ?? 'AWS',
        start_time: startedAt / 1000,
        end_time: Date.now() / 1000,
        aws: {
          operation: context.commandName?.replace(/Command$/, ''),
          region: await config.region(),
          request_id: outcome?.$metadata?.requestId,
          retries: (outcome?.$metadata?.attempts ?? 1) - 1,
          ...resourcesOf(call.input),
        },
        http: { response: { status: outcome?.$metadata?.httpStatusCode } },
        ...(error !== undefined && failureOf(error)),
      });
    try {
      const answer = await next(call);
      await tell(answer.output as Outcome);
      return answer;
    } catch (error) {
      await tell(error as Outcome, error);
      throw error;
    }
  };
  middlewareStack.add(watch, { name: 'traceCalls', step: 'initialize', priority: 'high' });
  return client;
}

/** Undefined where there is none, or X-Ray does not record it. */
function currentInvocation(): Invocation | undefined {
  // biome-ignore lint/style/noProcessEnv: Lambda says so there, anew before each invocation.
  const { _X_AMZN_TRACE_ID: header = '', AWS_XRAY_DAEMON_ADDRESS: daemon = '' } = process.env;
  const {
    Root: traceId,
    Parent: segmentId,
    Sampled: sampled,
  } = Object.fromEntries(header.split(';').map((part) => part.split('=', 2)));
  const [host, port] = daemon.split(':');
  if (!traceId || !segmentId || sampled !== '1' || !host || !port) return undefined;
  return { traceId, segmentId, daemon: { host, port: Number(port) } };
}

const resourcesOf = (input: object) =>
  Object.fromEntries(
    Object.entries(RESOURCES).flatMap(([name, field]) =>
      name in input ? [[field, (input as Record<string, unknown>)[name]]] : [],
    ),
  );

function failureOf(error: unknown) {
  const { $fault, $retryable } = error as Outcome;
  const { name: type, message } = error instanceof Error ? error : new Error(String(error));
  return {
    [$fault === 'client' ? 'error' : 'fault']: true,
    throttle: $retryable?.throttling === true,
    cause: { exceptions: [{ id: newId(), type, message }] },
  };
}

/** A message that is lost takes nothing with it but its line in the trace. */
function send({ traceId, segmentId, daemon }: Invocation, part: object): void {
  const document = {
    id: newId(),
    trace_id: traceId,
    parent_id: segmentId,
    type: 'subsegment',
    namespace: 'aws',
  };
  const socket = createSocket('udp4');
  socket.on('error', () => socket.close());
  socket.send(PREFACE + JSON.stringify({ ...document, ...part }), daemon.port, daemon.host, () =>
    socket.close(),
  );
}

const newId = () => randomBytes(8).toString('hex');
