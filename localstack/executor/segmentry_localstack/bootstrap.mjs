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
  for await (const line of createInterface({ input: channel })) {
    const message = await answer(handler, JSON.parse(line));
    await flushOutput();
    send(message);
  }
} catch (error) {
  const body = describe(error);
  console.error('Uncaught Exception', body);
  await flushOutput();
  // LocalStack then has no more use for this worker, and ends it.
  send({ kind: 'init_error', body });
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
    const body = describe(error);
    console.error('Invoke Error', body);
    return { kind: 'error', body };
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

/** The error document that Lambda answers with, as text. */
function describe(error) {
  return error instanceof Error
    ? JSON.stringify({
        errorType: error.name,
        errorMessage: error.message,
        trace: (error.stack ?? '').split('\n'),
      })
    : JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] });
}

/** A line for each call, as Lambda's own runtime writes them: time, request, level, text. */
function logLikeLambda() {
  const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) => {
      const line = [new Date().toISOString(), requestId, level, format(...values)].join('\t');
      process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
    };
  }
}

/** Past what a pipe holds, writes are queued: an answer must not overtake the output that belongs to it. */
async function flushOutput() {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise((resolve) => stream.write('', resolve));
  }
}
