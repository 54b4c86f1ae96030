import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { CALL_LIMITS, type CountedRoute } from '../../test/helpers/counted-routes.ts';
import type { Latency } from './measure-latency.ts';

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));
/** p95, in milliseconds. */
const LATENCY_AIMS = { read: 60, submit: 150 } as const;

export interface ApiMeasurements {
  readonly routes: readonly CountedRoute[];
  readonly calls: ReadonlyMap<string, number>;
  readonly latencies: ReadonlyMap<string, Latency>;
  readonly rate: { readonly perSecond: number; readonly seconds: number };
  readonly loadBefore: number;
}

/** Writes the table with the machine it was measured on. */
export function keepTable(measured: ApiMeasurements): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const { perSecond, seconds } = measured.rate;
  const lines = [
    '# API benchmark',
    '',
    `Written by \`npm run bench:api\`. Calls of AWS are counted in one process, authentication included. Latencies are`,
    `those of the emulator at ${perSecond} requests a second for ${seconds} s each, from when a request was due; routes that`,
    'queue jobs are only counted, since the analyses would be what is measured.',
    '',
    `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, ${describeMachine()}. Load average before: ` +
      `${measured.loadBefore.toFixed(1)}${measured.loadBefore > 1 ? ' (the machine was busy with other work)' : ''}.`,
    '',
    '| route | calls | wanted | p50 | p95 | wanted | failed |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...measured.routes.map((route) => describeRoute(route, measured)),
    '',
  ];
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(`${RESULTS}api.md`, lines.join('\n'));
  console.log(lines.join('\n'));
}

function describeRoute({ route, kind }: CountedRoute, { calls, latencies }: ApiMeasurements): string {
  const count = calls.get(route) ?? 0;
  const counted = `${mark(count, CALL_LIMITS[kind])} | ≤ ${CALL_LIMITS[kind]}`;
  const latency = latencies.get(route);
  if (latency === undefined) return `| ${route} | ${counted} | | | | |`;
  const { p50, p95, failed, requests } = latency;
  const times = `${p50.toFixed(0)} ms | ${mark(Math.round(p95), LATENCY_AIMS[kind])} ms | ≤ ${LATENCY_AIMS[kind]} ms`;
  return `| ${route} | ${counted} | ${times} | ${failed} of ${requests} |`;
}

const mark = (value: number, atMost: number) => (value <= atMost ? String(value) : `**${value}**`);

const describeMachine = () =>
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
  `${process.platform}-${process.arch}, Node ${process.versions.node}`;
