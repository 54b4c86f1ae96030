import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../localstack/progress.ts';
import { createFunctionKiller } from '../../test/helpers/kill-functions.ts';
import { type Latency, measureLatency } from '../api/measure-latency.ts';
import { sharedModel } from '../vision/photographs.ts';
import { measureBare } from './bare.ts';
import { costOfRun, readInferenceCost } from './inference-cost.ts';
import { nameOfPeer, type PeerSide } from './peers.ts';
import { analyzeAll, analyzeAsZip, measureSubmits } from './pipeline.ts';
import { playPeer } from './play-peer.ts';
import { costEach, readPipelineCost } from './process-cost.ts';
import type { ClosedLoop } from './run-clients.ts';
import type { LoadClient } from './sign-in.ts';
import { CLIENT_COUNTS, CLIENTS, IMAGES_OF_LATENCIES, WEIGHTS } from './workload.ts';

const WORKERS_KILLED = 2;
const READS = { perSecond: 20, seconds: 5 };
/** The workers keep up with it. */
const SUBMITS = { model: 'fp32', perSecond: 2, seconds: 10 };

export interface SideOfRound {
  readonly client: LoadClient;
  readonly runPath: string;
  readonly photographs: (count: number) => Uint8Array[];
  readonly images: number;
  /** None where they are not asked for. */
  readonly peers: readonly PeerSide[];
}

export interface Round {
  /** Images a second by what was sent, and how. */
  readonly rates: Readonly<Record<string, number>>;
  /** By side and number of clients. */
  readonly latencies: ReadonlyMap<string, ClosedLoop>;
  /** Runs a second of the model and nothing else. */
  readonly bare: number;
  /** Processor milliseconds an image, by function. */
  readonly cost: ReadonlyMap<string, number>;
  /** Processor milliseconds of `session.run` an image, in `analyze-image`. */
  readonly inference: number;
  readonly resident: Readonly<Record<string, number>>;
  readonly reads: Latency;
  readonly submits: Latency;
  /** Of images whose worker was killed in the middle, how many have a result in the end. */
  readonly kept: Readonly<Record<string, string>>;
}

/** Everything once, with a pipeline that has just started, and each peer in turn. */
export async function playRound(side: SideOfRound, progress: Progress): Promise<Round> {
  const { client, photographs, images, runPath } = side;
  const rates: Record<string, number> = {};
  const rateOf = async (name: string, model: string) => {
    const { perSecond } = await analyzeAll(client, photographs(images), { clients: CLIENTS, model });
    rates[name] = perSecond;
  };
  const step = <Result>(title: string, work: () => Promise<Result>) => progress.step(title, work);
  /** What fails is left out of the tables, and does not take the rest along. */
  const attempt = (title: string, work: () => Promise<unknown>) =>
    step(title, work).catch((error: unknown) => console.error(`${title}: ${String(error)}`));
  await step('Right after the start', () => rateOf('pipeline, right after the start', 'fp32'));
  const before = readPipelineCost(runPath);
  const inferenceBefore = readInferenceCost(runPath);
  await step('fp32', () => rateOf('pipeline, fp32', 'fp32'));
  const after = readPipelineCost(runPath);
  const inference = costOfRun(inferenceBefore, readInferenceCost(runPath));
  // Beside what it is compared with: the machine's speed moves.
  const bare = await step('Bare session.run', () => measureBare(sharedModel(WEIGHTS)));
  await attempt('int8', async () => {
    await analyzeAll(client, photographs(8), { clients: CLIENTS, model: 'int8' });
    await rateOf('pipeline, int8', 'int8');
  });
  await attempt('As one zip', async () => {
    rates['pipeline, one zip'] = await analyzeAsZip(client, photographs(images), 'fp32');
  });
  const latencies = new Map<string, ClosedLoop>();
  for (const clients of CLIENT_COUNTS) {
    const load = { clients, model: 'fp32', isClosed: true };
    const few = photographs(Math.max(clients, IMAGES_OF_LATENCIES));
    await attempt(`${clients} clients`, async () => {
      latencies.set(`pipeline, ${clients}`, await analyzeAll(client, few, load));
    });
  }
  const reads = await step('Reads', () => measureReads(client));
  const submits = await step('Submits', () =>
    measureSubmits(client, () => photographs(1)[0] as Uint8Array, SUBMITS),
  );
  const kept: Record<string, string> = {};
  await attempt('Killed', async () => {
    kept.pipeline = await killPipeline(side);
  });
  const resident: Record<string, number> = { pipeline: after.residentBytes };
  for (const peer of side.peers) {
    await attempt(nameOfPeer(peer), () => playPeer(side, peer, { rates, latencies, resident, kept }));
  }
  const cost = costEach(before, after, images);
  return { rates, latencies, bare, cost, inference, resident, reads, submits, kept };
}

/** A read of one job, at a steady rate. */
async function measureReads({ call, apiUrl, accessToken }: LoadClient): Promise<Latency> {
  const { body } = await call('GET /v1/jobs?limit=1');
  const headers = { authorization: `Bearer ${accessToken}` };
  return measureLatency(async () => {
    const response = await fetch(`${apiUrl}/v1/jobs/${body.items[0].id}`, { headers });
    await response.arrayBuffer();
    return response.ok;
  }, READS);
}

/** Kills every worker that analyses, in the middle of the work. */
async function killPipeline({ client, photographs, images, runPath }: SideOfRound): Promise<string> {
  const { kill } = createFunctionKiller(runPath, () => 0);
  const work = analyzeAll(client, photographs(images), { clients: CLIENTS, model: 'fp32' });
  await sleep(5000);
  let killed = 0;
  while (killed < WORKERS_KILLED && kill('AnalyzeImage')) {
    killed += 1;
    await sleep(1000);
  }
  await work;
  return `${images} of ${images} (${killed} workers killed)`;
}
