import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '../../core/adapters/python/python-environment.ts';
import { findFreePort } from '../../localstack/processes/free-port.ts';
import { killGroup, spawnGroup } from '../../localstack/processes/process-group.ts';
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
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const script = `${ROOT}bench/peers/${kind.folder}/serve.py`;
  const args = ['-W', 'ignore', script, modelPath, String(workers), String(threads), String(port)];
  // A server may have processes for its workers, which must not outlive it.
  const child = spawnGroup(python, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`The peer could not be started by ${python}.`);
  await waitUntilUp(url + kind.readyPath, child);
  const send = (bytes: Uint8Array) => kind.send(url, bytes);
  const fetchResult = (sent: string) => kind.fetchResult(url, sent);
  const isDone = async (sent: string) => (await fetchResult(sent)) !== undefined;
  return {
    pid,
    send,
    fetchResult,
    analyzeAll: (photographs, { clients, isClosed = false }) =>
      runClients(photographs, { clients, isClosed, send, isDone }),
    kill: () => killGroup(pid),
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

async function waitUntilUp(readyUrl: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const isUp = await fetch(readyUrl).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await sleep(200);
  }
  throw new Error('The peer has ended before it was up.');
}
