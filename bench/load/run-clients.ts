import { setTimeout as sleep } from 'node:timers/promises';

/** What clients have seen who send photographs and wait for their results. */
export interface ClosedLoop {
  readonly perSecond: number;
  /** From the sending of an image to its result, in milliseconds. */
  readonly p50: number;
  readonly p95: number;
}

interface Side {
  readonly clients: number;
  readonly isClosed: boolean;
  /** @returns by what its result is known. */
  readonly send: (bytes: Uint8Array) => Promise<string>;
  readonly isDone: (id: string) => boolean | Promise<boolean>;
}

const LOOK_MS = 20;
const PATIENCE_MS = 300_000;

/** Has clients send photographs in turn, each image once; where the loop is closed, each waits for its result. */
export async function runClients(
  photographs: readonly Uint8Array[],
  { clients, isClosed, send, isDone }: Side,
): Promise<ClosedLoop> {
  const waiting = [...photographs];
  const latencies: Promise<number>[] = [];
  const startedAt = performance.now();

  async function waitFor(id: string, sentAt: number): Promise<number> {
    while (!(await isDone(id))) {
      if (performance.now() - sentAt > PATIENCE_MS) throw new Error(`No result of ${id}.`);
      await sleep(LOOK_MS);
    }
    return performance.now() - sentAt;
  }

  async function runClient(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const sentAt = performance.now();
      const latency = waitFor(await send(next), sentAt);
      latencies.push(latency);
      if (isClosed) await latency;
    }
  }

  await Promise.all(Array.from({ length: clients }, runClient));
  const sorted = (await Promise.all(latencies)).sort((one, other) => one - other);
  const seconds = (performance.now() - startedAt) / 1000;
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { perSecond: photographs.length / seconds, p50: at(0.5), p95: at(0.95) };
}
