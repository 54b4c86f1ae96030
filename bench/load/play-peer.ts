import { setTimeout as sleep } from 'node:timers/promises';
import { sharedModel } from '../vision/photographs.ts';
import { type Peer, startPeer } from './peer.ts';
import { nameOfPeer, type PeerSide } from './peers.ts';
import { readPeerCost } from './process-cost.ts';
import type { ClosedLoop } from './run-clients.ts';
import { CLIENT_COUNTS, CLIENTS, IMAGES_OF_LATENCIES, WEIGHTS } from './workload.ts';

interface Photographs {
  readonly photographs: (count: number) => Uint8Array[];
  readonly images: number;
}

/** Where to note what was measured. */
interface Noted {
  readonly rates: Record<string, number>;
  readonly latencies: Map<string, ClosedLoop>;
  readonly resident: Record<string, number>;
  readonly kept: Record<string, string>;
}

const IMAGES_OF_WARM_UP = 8;
const LOOK_MS = 20;

/** What the pipeline has done, by a peer. */
export async function playPeer(given: Photographs, side: PeerSide, noted: Noted): Promise<void> {
  const name = nameOfPeer(side);
  const peer = await startPeer(sharedModel(WEIGHTS), side);
  try {
    const perSecond = await measureSpeed(peer, given, side, noted);
    const sending = Promise.allSettled(given.photographs(given.images).map(peer.send));
    // In the middle of the work.
    await sleep((given.images / perSecond / 2) * 1000);
    await peer.kill();
    const sent = (await sending).flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    noted.kept[name] = `${await countKept(sent, side)} of ${given.images}`;
  } finally {
    await peer.kill();
  }
}

/** @returns images a second. */
async function measureSpeed(
  peer: Peer,
  { photographs, images }: Photographs,
  side: PeerSide,
  { rates, latencies, resident }: Noted,
): Promise<number> {
  const name = nameOfPeer(side);
  await peer.analyzeAll(photographs(IMAGES_OF_WARM_UP), { clients: CLIENTS });
  await assertFindsMasks(peer, side, photographs(IMAGES_OF_WARM_UP));
  const { perSecond } = await peer.analyzeAll(photographs(images), { clients: CLIENTS });
  rates[name] = perSecond;
  resident[name] = readPeerCost(peer.pid).residentBytes;
  for (const clients of CLIENT_COUNTS) {
    const few = photographs(Math.max(clients, IMAGES_OF_LATENCIES));
    latencies.set(`${name}, ${clients}`, await peer.analyzeAll(few, { clients, isClosed: true }));
  }
  return perSecond;
}

/** @returns of how many there is a result when the peer has been started again. */
async function countKept(sent: readonly string[], side: PeerSide): Promise<number> {
  const peer = await startPeer(sharedModel(WEIGHTS), side);
  try {
    const results = await Promise.all(sent.map(peer.fetchResult));
    return results.filter((result) => result !== undefined).length;
  } finally {
    await peer.kill();
  }
}

/** Whoever finds nothing is fast. */
async function assertFindsMasks(
  peer: Peer,
  { kind }: PeerSide,
  photographs: readonly Uint8Array[],
): Promise<void> {
  let masks = 0;
  for (const bytes of photographs) {
    const sent = await peer.send(bytes);
    masks += kind.countMasks(await waitForResult(peer, sent));
  }
  if (masks < photographs.length) throw new Error(`${kind.name} has found ${masks} masks only.`);
}

async function waitForResult(peer: Peer, sent: string): Promise<string> {
  for (;;) {
    const result = await peer.fetchResult(sent);
    if (result !== undefined) return result;
    await sleep(LOOK_MS);
  }
}
