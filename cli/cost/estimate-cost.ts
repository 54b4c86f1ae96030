import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

const Price = z.object({
  dollars: z.number().nonnegative(),
  per: z.number().positive(),
  unit: z.string(),
  asOf: z.string(),
});
const Prices = z.object({ note: z.string(), prices: z.record(z.string(), Price) });
const Measured = z.record(
  z.enum(['analysisMs', 'coldStartMs', 'uploadMs', 'apiMs', 'requestWriteUnits', 'zipWriteUnits']),
  z.object({ value: z.number().positive(), source: z.string(), quote: z.string(), what: z.string() }),
);

const readBeside = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

export const readPrices = () => Prices.parse(readBeside('./prices.json'));
/** What bench/results holds; a test holds these figures to it. */
export const readMeasured = () => Measured.parse(readBeside('./measured.json'));

const GpuFigures = z.object({ provider: z.string(), device: z.string(), imageMs: z.number().positive() });
/** How long a task takes for an image, and on which GPU. */
export type GpuTime = Pick<z.output<typeof GpuFigures>, 'imageMs' | 'device'>;

/** How long an image took on a GPU where `npm run bench:gpu` has had one; undefined where it had none. */
export function readMeasuredGpu(
  file = new URL('../../bench/results/gpu.json', import.meta.url),
): GpuTime | undefined {
  if (!existsSync(file)) return undefined;
  const { provider, ...time } = GpuFigures.parse(JSON.parse(readFileSync(file, 'utf8')));
  return provider === 'cuda' ? time : undefined;
}

export interface CostSettings {
  /** How the images come: each in a request of its own, or many in a zip whose results are exported. */
  readonly by: 'request' | 'zip';
  readonly arch: 'x64' | 'arm64';
  /** Of the workers that run models. */
  readonly memoryMb: number;
  readonly analysisMs: number;
  readonly uploadMs: number;
  readonly apiMs: number;
  /** What a worker waits for besides: fetching the image, records, queues. */
  readonly waitMs: number;
  /** How long a new process takes from its start to its first result, and in how many of all analyses one is begun. */
  readonly coldStartMs: number;
  readonly coldShare: number;
  readonly imageKb: number;
  readonly resultKb: number;
}

export interface CostLine {
  readonly what: string;
  readonly price: string;
  /** How many units an image takes. */
  readonly units: number;
}

/** Memory of the other functions, as lib/constructs sets it. */
const UPLOAD_MB = 1769;
const API_MB = 1024;
const ANNOUNCE_MB = 512;
const ANNOUNCE_MS = 30;
const LOG_KB = 2;

const gbSeconds = (memoryMb: number, ms: number) => (memoryMb / 1024) * (ms / 1000);
const kilobytes = (size: number) => Math.max(1, Math.ceil(size));

/** Of a result's JSON, packed: the document of models/samples/table-1.jpg has 8.9 kB, and 2.7 packed. */
const PACKED_SHARE = 1 / 3;
/** What an `Idempotency-Key` writes: that a request has begun, and its answer. */
const IDEMPOTENCY_UNITS = 4;

/** As `npm run bench:cost` counts them for a result of a kilobyte; each more costs two, in a transaction. */
function writeUnits({ by, resultKb }: CostSettings): number {
  const { requestWriteUnits, zipWriteUnits } = readMeasured();
  const counted = by === 'request' ? requestWriteUnits.value + IDEMPOTENCY_UNITS : zipWriteUnits.value;
  return counted + 2 * (kilobytes(resultKb * PACKED_SHARE) - 1);
}

/** What one image takes of each service. */
export function listUsage(settings: CostSettings): CostLine[] {
  const { by, arch, memoryMb, analysisMs, uploadMs, apiMs, waitMs, imageKb, coldShare } = settings;
  const coldMs = Math.max(0, settings.coldStartMs - analysisMs - waitMs);
  const seconds = arch === 'arm64' ? 'lambdaGbSecondsArm' : 'lambdaGbSeconds';
  // One sends it, one waits for the job, one fetches the result.
  const requests = by === 'request' ? 3 : 0;
  return [
    { what: 'API Gateway: send, wait, fetch', price: 'apiRequests', units: requests },
    { what: 'Lambda: invocations', price: 'lambdaRequests', units: requests === 0 ? 2.04 : 5 },
    { what: 'Lambda: taking it in', price: seconds, units: gbSeconds(UPLOAD_MB, uploadMs) },
    { what: 'Lambda: analysing it', price: seconds, units: gbSeconds(memoryMb, analysisMs + waitMs) },
    { what: 'Lambda: cold starts', price: seconds, units: coldShare * gbSeconds(memoryMb, coldMs) },
    { what: 'Lambda: answering', price: seconds, units: requests === 0 ? 0 : gbSeconds(API_MB, 2 * apiMs) },
    { what: 'Lambda: announcing', price: seconds, units: gbSeconds(ANNOUNCE_MB, ANNOUNCE_MS) },
    { what: 'DynamoDB: writes', price: 'dynamoWrites', units: writeUnits(settings) },
    { what: 'DynamoDB: reads', price: 'dynamoReads', units: by === 'request' ? 20 : 10 },
    // Sent, received, deleted; for the analysis and for the event.
    { what: 'SQS', price: 'sqsRequests', units: 6 },
    { what: 'SNS', price: 'snsPublishes', units: 1 },
    { what: 'S3: stored', price: 's3Puts', units: 1 },
    { what: 'S3: read', price: 's3Gets', units: by === 'request' ? 1 : 2 },
    { what: 'CloudWatch: logs', price: 'logGb', units: LOG_KB / 1024 ** 2 },
    { what: 'S3: kept for a month', price: 's3GbMonths', units: imageKb / 1024 ** 2 },
  ];
}

export type PriceTable = Readonly<Record<string, z.infer<typeof Price>>>;

/** @throws where prices.json lacks it. */
export function dollarsOf({ price, units }: Pick<CostLine, 'price' | 'units'>, prices: PriceTable): number {
  const known = prices[price];
  if (known === undefined) throw new Error(`cli/cost/prices.json has no price "${price}".`);
  return (units / known.per) * known.dollars;
}

/** What of an image's cost a GPU task would take over. */
const isAnalysis = ({ what }: CostLine) => what === 'Lambda: analysing it';

export interface Crossing {
  readonly machine: string;
  readonly dollarsAnHour: number;
  /** From here on a task that is always up is cheaper than Lambda's analyses. */
  readonly imagesAnHour: number;
  /** As fast as the task has to be to get so many done. */
  readonly atMostMs: number;
}

/** Where a GPU task that runs all the time costs what Lambda's analyses cost. */
export function findCrossings(lines: readonly CostLine[], prices: PriceTable): Crossing[] {
  const analysis = lines.filter(isAnalysis).reduce((sum, line) => sum + dollarsOf(line, prices), 0);
  const invocation = dollarsOf({ price: 'lambdaRequests', units: 1 }, prices);
  return Object.entries(prices)
    .filter(([machine]) => /^g\d/.test(machine))
    .map(([machine, { dollars }]) => {
      const imagesAnHour = dollars / (analysis + invocation);
      return { machine, dollarsAnHour: dollars, imagesAnHour, atMostMs: 3_600_000 / imagesAnHour };
    });
}
