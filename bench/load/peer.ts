import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '../../core/adapters/python/python-environment.ts';
import { findPython } from '../../localstack/python.ts';
import { type ClosedLoop, runClients } from './run-clients.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What its lock file is resolved for. */
const OLDEST_PYTHON_MINOR = 11;

/** How the peer uses two cores: a worker with both, or a worker each. */
export interface PeerForm {
  readonly workers: number;
  readonly threads: number;
}

export interface Peer {
  readonly pid: number;
  analyzeAll(
    photographs: readonly Uint8Array[],
    load: { clients: number; isClosed?: boolean },
  ): Promise<ClosedLoop>;
  send(bytes: Uint8Array): Promise<string>;
  isDone(id: string): Promise<boolean>;
  kill(): Promise<void>;
}

/** The server that people would build instead, up with its models loaded. */
export async function startPeer(modelPath: string, { workers, threads }: PeerForm): Promise<Peer> {
  const python = await ensurePythonEnvironment(
    {
      folder: `${ROOT}.python/peer-ultralytics`,
      lockFile: `${ROOT}bench/peers/ultralytics/requirements.txt`,
      // The one that the emulator runs in: neither side is slower for how its Python was built.
      program: findPython({ minMinor: OLDEST_PYTHON_MINOR }).program,
    },
    () => console.error('Installing ultralytics, once; several gigabytes …'),
  );
  const port = await findPort();
  const script = `${ROOT}bench/peers/ultralytics/serve.py`;
  const args = [script, modelPath, String(workers), String(threads), String(port)];
  const child = spawn(python, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilUp(url, child);

  async function send(bytes: Uint8Array): Promise<string> {
    const response = await fetch(`${url}/images`, { method: 'POST', body: Buffer.from(bytes) });
    return ((await response.json()) as { id: string }).id;
  }

  async function isDone(id: string): Promise<boolean> {
    const response = await fetch(`${url}/results/${id}`);
    await response.arrayBuffer();
    return response.status === 200;
  }

  return {
    pid: child.pid ?? 0,
    send,
    isDone,
    analyzeAll: (photographs, { clients, isClosed = false }) =>
      runClients(photographs, { clients, isClosed, send, isDone }),
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function waitUntilUp(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const isUp = await fetch(`${url}/results/none`).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await sleep(200);
  }
  throw new Error('The peer has ended before it was up.');
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
