import { formatTable } from '../terminal/print.ts';
import {
  type CostSettings,
  dollarsOf,
  findCrossings,
  type GpuTime,
  listUsage,
  readMeasured,
  readPrices,
} from './estimate-cost.ts';

/** The operator's aim for 640 x 480 images with yolov8n-seg. */
const AIM_DOLLARS = 0.05;
const IMAGES = 1000;

export function estimate(settings: CostSettings, gpu?: GpuTime) {
  const { prices, note } = readPrices();
  const usage = listUsage(settings);
  const lines = usage.map((line) => ({
    ...line,
    unit: prices[line.price]?.unit ?? '',
    asOf: prices[line.price]?.asOf ?? '',
    dollars: dollarsOf(line, prices) * IMAGES,
  }));
  const crossings = findCrossings(usage, prices).map((crossing) => ({
    ...crossing,
    ...(gpu !== undefined && {
      task: {
        ...gpu,
        imagesAnHour: 3_600_000 / gpu.imageMs,
        isFastEnough: gpu.imageMs <= crossing.atMostMs,
      },
    }),
  }));
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  return { images: IMAGES, settings, lines, total, aim: AIM_DOLLARS, crossings, pricesNote: note };
}

type Estimate = ReturnType<typeof estimate>;

const money = (dollars: number) => `$${dollars.toFixed(dollars < 0.1 ? 5 : 3)}`;
const count = (number: number) => Math.round(number).toLocaleString('en-US');

export function describeCost(cost: Estimate, emphasise: (text: string) => string): string {
  const { lines, total, crossings, pricesNote } = cost;
  const rows = lines.map(({ what, units, unit, dollars, asOf }) => [
    what,
    money(dollars),
    `${Number((units * IMAGES).toPrecision(3))} ${unit}`,
    asOf,
  ]);
  const measured = Object.entries(readMeasured()).map(([name, { value, what, source }]) =>
    name.endsWith('Ms')
      ? `  ${name.replace('Ms', '')}: ${value} ms, ${what} (${source})`
      : `  ${value} ${what} (${source})`,
  );
  const isReached = total <= AIM_DOLLARS;
  return [
    formatTable([['of 1,000 images', 'dollars', 'units', 'price of'], ...rows]),
    '',
    emphasise(
      `${money(total)} for 1,000 images (aim: ${money(AIM_DOLLARS)} or less, ${isReached ? 'reached' : 'missed'})`,
    ),
    '',
    'A GPU task that is always up is cheaper than analysing on Lambda',
    ...crossings.map(describeCrossing),
    '',
    'Measured, where no flag says otherwise:',
    ...measured,
    '  Cached results and what is up at rest are not counted.',
    pricesNote,
  ].join('\n');
}

function describeCrossing(crossing: Estimate['crossings'][number]): string {
  const { machine, dollarsAnHour, imagesAnHour, atMostMs } = crossing;
  const words = `  ${machine} (${money(dollarsAnHour)} an hour): from ${count(imagesAnHour)} images an hour on, if it needs ${atMostMs.toFixed(1)} ms an image or less`;
  if (!('task' in crossing) || crossing.task === undefined) return words;
  const { imageMs, device, isFastEnough } = crossing.task;
  return `${words}; at ${imageMs.toFixed(1)} ms (${device}) one task does ${count(crossing.task.imagesAnHour)}${isFastEnough ? '' : ', which is too few'}`;
}
