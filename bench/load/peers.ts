/** How a peer uses two cores: a worker with both, or a worker each. */
interface PeerForm {
  readonly workers: number;
  readonly threads: number;
}

/** A server that people would build or install instead. */
interface PeerKind {
  readonly name: string;
  /** Below `bench/peers/`: `serve.py MODEL WORKERS THREADS PORT` and its lock file. */
  readonly folder: string;
  readonly description: string;
  /** Answers 200 once it serves. */
  readonly readyPath: string;
  /** @returns by what its result is known; where a server answers with the result, that itself. */
  send(url: string, bytes: Uint8Array): Promise<string>;
  /** @returns nothing where it is not there, or no more. */
  fetchResult(url: string, sent: string): Promise<string | undefined>;
  /** How many objects with a mask a result has. */
  countMasks(result: string): number;
}

export interface PeerSide extends PeerForm {
  readonly kind: PeerKind;
}

const FORMS: readonly PeerForm[] = [
  { workers: 1, threads: 2 },
  { workers: 2, threads: 1 },
];

/** Fewer make no area. */
const FEWEST_POINTS = 3;
/** What ultralytics takes where nothing is said. */
const THRESHOLDS = { confidence: 0.25, iou_threshold: 0.7 };

const ULTRALYTICS: PeerKind = {
  name: 'ultralytics',
  folder: 'ultralytics',
  description:
    'FastAPI, queue.Queue and ultralytics with results in memory (`bench/peers/ultralytics/serve.py`)',
  readyPath: '/openapi.json',
  async send(url, bytes) {
    const answer = await fetch(`${url}/images`, { method: 'POST', body: Buffer.from(bytes) });
    return (JSON.parse(await readText(answer)) as { id: string }).id;
  },
  async fetchResult(url, id) {
    const answer = await fetch(`${url}/results/${id}`);
    const text = await readText(answer);
    return answer.status === 200 ? text : undefined;
  },
  countMasks: (result) =>
    (JSON.parse(result) as { objects: { segments?: { x: number[] } }[] }).objects.filter(
      ({ segments }) => (segments?.x.length ?? 0) >= FEWEST_POINTS,
    ).length,
};

const ROBOFLOW: PeerKind = {
  name: 'Roboflow',
  folder: 'roboflow',
  description:
    'Roboflow’s open inference server, which answers a request with its result (`bench/peers/roboflow/serve.py`)',
  readyPath: '/readiness',
  async send(url, bytes) {
    const image = { type: 'base64', value: Buffer.from(bytes).toString('base64') };
    const answer = await fetch(`${url}/infer/instance_segmentation`, {
      method: 'POST',
      // A connection each, as its own client makes them: a worker keeps what it has accepted, however busy it is.
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ model_id: 'local/1', image, ...THRESHOLDS }),
    });
    return readText(answer);
  },
  fetchResult: async (_url, answer) => answer,
  countMasks: (result) =>
    (JSON.parse(result) as { predictions: { points: unknown[] }[] }).predictions.filter(
      ({ points }) => points.length >= FEWEST_POINTS,
    ).length,
};

export const PEERS: readonly PeerKind[] = [ULTRALYTICS, ROBOFLOW];

/** Each in both forms. */
export const PEER_SIDES: readonly PeerSide[] = PEERS.flatMap((kind) =>
  FORMS.map((form) => ({ kind, ...form })),
);

export const nameOfPeer = ({ kind, workers, threads }: PeerSide) => `${kind.name}, ${workers} × ${threads}`;

type Rates = Readonly<Record<string, number>>;

/** @returns of each peer the form in which it was faster. */
export function keepFaster(sides: readonly PeerSide[], rates: Rates): PeerSide[] {
  const rateOf = (side: PeerSide) => rates[nameOfPeer(side)] ?? 0;
  return PEERS.flatMap((kind) =>
    sides
      .filter((side) => side.kind === kind)
      .toSorted((one, other) => rateOf(other) - rateOf(one))
      .slice(0, 1),
  );
}

/** @returns images a second of the peer as it is faster, where it was measured. */
export function rateOfPeer(kind: PeerKind, rates: Rates): number | undefined {
  const measured = PEER_SIDES.filter((side) => side.kind === kind).flatMap(
    (side) => rates[nameOfPeer(side)] ?? [],
  );
  return measured.length === 0 ? undefined : Math.max(...measured);
}

async function readText(answer: Response): Promise<string> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`A peer has answered ${answer.status}: ${text.slice(0, 500)}`);
  return text;
}
