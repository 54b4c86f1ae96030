/**
 * The inside of a worker: `node bootstrap.mjs <descriptor> <file.export>`, in the folder of the function's code.
 * Loads the handler, then answers invocations that come as lines of JSON over the descriptor (see worker.py).
 */
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const [descriptor, handlerName] = process.argv.slice(2);
const channel = new Socket({ fd: Number(descriptor) });
const send = (message) => channel.write(`${JSON.stringify(message)}\n`);
let requestId = '';

logLikeLambda();
// The other end closes when LocalStack is gone, or has no more use for this worker.
channel.on('close', () => process.exit(0));

try {
  const handler = await loadHandler(handlerName);
  send({ kind: 'ready' });
  for await (const line of createInterface({ input: channel })) send(await answer(handler, JSON.parse(line)));
} catch (error) {
  console.error('Uncaught Exception', describe(error));
  // The worker is of no use, and leaves once the reason is on its way.
  channel.end(`${JSON.stringify({ kind: 'init_error', body: JSON.stringify(describe(error)) })}\n`, () =>
    process.exit(1),
  );
}

async function loadHandler(name) {
  const dot = name.lastIndexOf('.');
  const [file, exported] = [name.slice(0, dot), name.slice(dot + 1)];
  const path = ['.mjs', '.js', '.cjs'].map((extension) => resolve(file + extension)).find(existsSync);
  if (path === undefined) throw fact('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(path).href);
  const handler = module[exported] ?? module.default?.[exported];
  if (typeof handler === 'function') return handler;
  throw fact('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
}

async function answer(handler, invocation) {
  requestId = invocation.requestId;
  process.env._X_AMZN_TRACE_ID = invocation.traceId;
  try {
    const result = await handler(JSON.parse(invocation.event), contextOf(invocation));
    return { kind: 'response', body: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    console.error('Invoke Error', describe(error));
    return { kind: 'error', body: JSON.stringify(describe(error)) };
  }
}

function contextOf({ requestId, functionArn, deadlineMs }) {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

function fact(name, message) {
  return Object.assign(new Error(message), { name });
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

/** A line for each call, as Lambda's own runtime writes them: time, request, level, text. */
function logLikeLambda() {
  const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) => {
      const text = format(...values.map((value) => (isErrorReport(value) ? JSON.stringify(value) : value)));
      const line = [new Date().toISOString(), requestId, level, text].join('\t');
      process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
    };
  }
}

const isErrorReport = (value) => typeof value === 'object' && value !== null && 'errorType' in value;
