import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median } from '../vision/measure.ts';
import { describeMachine } from '../vision/report.ts';
import { PEERS, rateOfPeer } from './peers.ts';
import type { Round } from './play-round.ts';

const PAGE = fileURLToPath(new URL('../results/load.md', import.meta.url));

interface Load {
  readonly images: number;
  readonly rounds: readonly Round[];
  readonly loadBefore: number;
}

type Numbers = readonly (number | undefined)[];

const middle = (numbers: Numbers) => {
  const there = numbers.filter((each) => each !== undefined);
  return there.length === 0 ? undefined : median(there);
};
const write = (value: number | undefined, digits = 1) => (value === undefined ? '' : value.toFixed(digits));
const quotient = (one: number | undefined, other: number | undefined) =>
  one === undefined || other === undefined ? undefined : one / other;

/** Writes the tables with the machine that they were measured on. */
export function keepLoad({ images, rounds, loadBefore }: Load): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const page = [
    '# Load',
    '',
    `Written by \`npm run bench:load\`, with the peers by \`npm run bench:peers\`: ${images} photographs of 640 × 480, yolov8n-seg, on the`,
    'emulator, by `POST /v1/images` from 4 clients where nothing else is said. The peers, as one worker of two threads and as two of',
    `one: ${PEERS.map(({ name, description }) => `${name} is ${description}`).join('; ')}.`,
    `Medians of ${rounds.length} rounds, each with everything in turn, on a pipeline that was just started.`,
    '',
    `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, ${describeMachine()}. Load average before: ${loadBefore.toFixed(1)}.`,
    '',
    ...writeTables(rounds),
  ].join('\n');
  writeFileSync(PAGE, page);
  console.log(page);
}

export const writeTables = (rounds: readonly Round[]): string[] => [
  ...ratesTable(rounds),
  ...comparison(rounds),
  ...latencyTable(rounds),
  ...costTable(rounds),
  ...keptTable(rounds),
];

function ratesTable(rounds: readonly Round[]): string[] {
  const names = [...new Set(rounds.flatMap(({ rates }) => Object.keys(rates)))];
  const rows = names.map((name) => {
    const each = rounds.flatMap(({ rates }) => rates[name] ?? []);
    return `| ${name} | ${write(median(each), 2)} | ${each.map((rate) => rate.toFixed(2)).join(', ')} |`;
  });
  const bare = rounds.map((round) => round.bare);
  return [
    '| images a second | median | rounds |',
    '| --- | --- | --- |',
    ...rows,
    `| bare session.run, two workers | ${write(median(bare), 2)} | ${bare.map((rate) => rate.toFixed(2)).join(', ')} |`,
    '',
  ];
}

/** What is set against each peer’s fp32. */
const AGAINST_PEERS = [
  { what: 'fp32, warm', name: 'pipeline, fp32', wanted: '≥ 1.2' },
  { what: 'int8', name: 'pipeline, int8', wanted: '≥ 1.8' },
  { what: 'right after the start', name: 'pipeline, right after the start', wanted: '≥ 1' },
  { what: 'one zip', name: 'pipeline, one zip', wanted: '≥ 1' },
];

function comparePeers(rounds: readonly Round[]): string[][] {
  return PEERS.flatMap((kind) =>
    AGAINST_PEERS.flatMap(({ what, name, wanted }) => {
      const ratio = middle(rounds.map(({ rates }) => quotient(rates[name], rateOfPeer(kind, rates))));
      return ratio === undefined ? [] : [[`${what} ÷ the ${kind.name} server`, write(ratio, 2), wanted]];
    }),
  );
}

function comparison(rounds: readonly Round[]): string[] {
  const outside = middle(
    rounds.map(({ cost, inference }) => {
      const functions = [...cost].filter(([name]) => name !== 'emulator');
      return functions.reduce((sum, [, each]) => sum + each, 0) - inference;
    }),
  );
  const resident = middle(rounds.map((round) => round.resident.pipeline));
  const rows = [
    ...comparePeers(rounds),
    [
      'fp32 ÷ bare session.run',
      write(middle(rounds.map(({ rates, bare }) => quotient(rates['pipeline, fp32'], bare))), 2),
      '≥ 0.7',
    ],
    ['processor time an image outside inference and emulator', `${write(outside, 0)} ms`, '≤ 40 ms'],
    ['resident, the whole pipeline', `${write((resident ?? 0) / 1e9, 2)} GB`, '≤ 1.4 GB'],
    ['a read at 20 a second, p95', `${write(middle(rounds.map(({ reads }) => reads.p95)), 0)} ms`, '≤ 25 ms'],
    [
      'a submit at 2 a second, p95',
      `${write(middle(rounds.map(({ submits }) => submits.p95)), 0)} ms`,
      '≤ 80 ms',
    ],
  ];
  return [
    '| what | measured | wanted |',
    '| --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
}

function latencyTable(rounds: readonly Round[]): string[] {
  const names = [...new Set(rounds.flatMap(({ latencies }) => [...latencies.keys()]))];
  const at = (name: string, part: 'p50' | 'p95') =>
    write(middle(rounds.map(({ latencies }) => latencies.get(name)?.[part])), 0);
  return [
    'From the sending of an image to its result, where each client waits for it before it sends the next:',
    '',
    '| side, clients | p50 | p95 |',
    '| --- | --- | --- |',
    ...names.map((name) => `| ${name} | ${at(name, 'p50')} ms | ${at(name, 'p95')} ms |`),
    '',
  ];
}

function costTable(rounds: readonly Round[]): string[] {
  const names = [...new Set(rounds.flatMap(({ cost }) => [...cost.keys()]))].sort();
  const rows = names.map(
    (name) => `| ${name} | ${write(middle(rounds.map(({ cost }) => cost.get(name))))} ms |`,
  );
  const inference = middle(rounds.map((round) => round.inference));
  return [
    'Processor time (user and system) an image, fp32, warm; not disturbed by whoever else works on the machine:',
    '',
    '| function | an image |',
    '| --- | --- |',
    ...rows,
    `| session.run, of AnalyzeImage’s | ${write(inference)} ms |`,
    '',
  ];
}

function keptTable(rounds: readonly Round[]): string[] {
  const names = [...new Set(rounds.flatMap(({ kept }) => Object.keys(kept)))];
  return [
    'Killed in the middle (SIGKILL): the workers that analyse, and each peer, which is started again. Where a server answers with the',
    'result, clients have what it has answered until then, and what was in flight is lost:',
    '',
    '| side | images that have a result in the end, each round | resident |',
    '| --- | --- | --- |',
    ...names.map((name) => {
      const bytes = middle(rounds.map(({ resident }) => resident[name])) ?? 0;
      return `| ${name} | ${rounds.flatMap(({ kept }) => kept[name] ?? []).join('; ')} | ${(bytes / 1e9).toFixed(2)} GB |`;
    }),
    '',
  ];
}
