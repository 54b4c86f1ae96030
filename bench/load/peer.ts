import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '../../core/adapters/python/python-environment.ts';
import { findPython } from '../../localstack/python.ts';
import type { PeerSide } from './peers.ts';
import { type ClosedLoop, runClients } from './run-clients.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What their lock files are resolved for. */
const OLDEST_PYTHON_MINOR = 11;

export interface Peer {
  /** Of the group that its processes are. */
  readonly pid: number;
  analyzeAll(
    photographs: readonly Uint8Array[],
    load: { clients: number; isClosed?: boolean },
  ): Promise<ClosedLoop>;
  send(bytes: Uint8Array): Promise<string>;
  fetchResult(sent: string): Promise<string | undefined>;
  kill(): Promise<void>;
}

/** A server that people would build or install instead, up with its models loaded. */
export async function startPeer(modelPath: string, { kind, workers, threads }: PeerSide): Promise<Peer> {
  const python = await installPeer(kind.folder);
  const port = await findPort();
  const url = `http://127.0.0.1:${port}`;
  const script = `${ROOT}bench/peers/${kind.folder}/serve.py`;
  const args = ['-W', 'ignore', script, modelPath, String(workers), String(threads), String(port)];
  const { pid, kill, hasEnded } = spawnGroup(python, args);
  await waitUntilUp(url + kind.readyPath, hasEnded);
  const send = (bytes: Uint8Array) => kind.send(url, bytes);
  const fetchResult = (sent: string) => kind.fetchResult(url, sent);
  const isDone = async (sent: string) => (await fetchResult(sent)) !== undefined;
  return {
    pid,
    send,
    fetchResult,
    analyzeAll: (photographs, { clients, isClosed = false }) =>
      runClients(photographs, { clients, isClosed, send, isDone }),
    kill,
  };
}

const installPeer = (folder: string) =>
  ensurePythonEnvironment(
    {
      folder: `${ROOT}.python/peer-${folder}`,
      lockFile: `${ROOT}bench/peers/${folder}/requirements.txt`,
      // The one that the emulator runs in: neither side is slower for how its Python was built.
      program: findPython({ minMinor: OLDEST_PYTHON_MINOR }).program,
    },
    () => console.error(`Installing the peer ${folder}, once; several gigabytes …`),
  );

/** A server may have processes for its workers, which must not outlive it. */
function spawnGroup(program: string, args: readonly string[]) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  const { pid = 0 } = child;
  const exited = once(child, 'exit');
  const end = () => killGroup(pid);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  // Nor does a Ctrl-C reach another group.
  process.once('exit', end);
  void exited.then(() => {
    process.off('exit', end);
    end();
  });
  async function kill(): Promise<void> {
    end();
    await exited;
  }
  return { pid, hasEnded, kill };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // No process of it is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function waitUntilUp(readyUrl: string, hasEnded: () => boolean): Promise<void> {
  while (!hasEnded()) {
    const isUp = await fetch(readyUrl).then(
      ({ ok }) => ok,
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
