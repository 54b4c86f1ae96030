import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listFamilyNetworks } from './family-networks.ts';
import { measureAgainstPeer } from './measure-against-peer.ts';
import { measureFamilies } from './measure-families.ts';
import { measureFolderRate } from './measure-folder-rate.ts';
import { measureInt8 } from './measure-int8.ts';
import { measureInt8Families } from './measure-int8-families.ts';
import { measureMemory } from './measure-memory.ts';
import { measureOverhead } from './measure-overhead.ts';
import { measureTiles } from './measure-tiles.ts';
import { hasSharedData, type Photographs, preparePhotographs } from './photographs.ts';
import { describeMeasurement, isReached, keepResult, type Measurement } from './report.ts';

type Measure = (photographs: Photographs, folder: string) => Promise<Measurement[]>;

const { positionals: chosen, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', multiple: true, default: [] } },
});
const networks = listFamilyNetworks(values.only);

/** `npm run bench:vision [-- PART… [--only NETWORK…]]`: all parts, or those named; of the families all networks, or those. */
const parts: Record<string, Measure> = {
  overhead: measureOverhead,
  families: (photographs) => measureFamilies(networks, photographs),
  folder: measureFolderRate,
  int8: measureInt8,
  'int8-families': (photographs, folder) => measureInt8Families(networks, photographs, folder),
  memory: measureMemory,
  peer: measureAgainstPeer,
  tiles: measureTiles,
};

if (networks.length === 0) {
  console.error(
    `There is no network ${values.only.join(', ')}. There are: ${listFamilyNetworks()
      .map(({ name }) => name)
      .join(', ')}.`,
  );
  process.exit(2);
}
const unknown = chosen.find((name) => !(name in parts));
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}". There are: ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
if (!hasSharedData()) {
  console.error('The photographs and weights this measures with are not in ../shared.');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'segmentry-bench-'));
try {
  const photographs = await preparePhotographs(folder);
  const missed: string[] = [];
  for (const [part, measure] of Object.entries(parts)) {
    if (chosen.length > 0 && !chosen.includes(part)) continue;
    const loadBefore = loadavg()[0] ?? 0;
    const measurements = await measure(photographs, folder);
    for (const measurement of measurements) console.log(describeMeasurement(measurement));
    missed.push(...measurements.filter((one) => !isReached(one)).map(({ name }) => name));
    keepResult([part, ...values.only].join(' '), measurements, loadBefore);
  }
  if (missed.length > 0) console.log(`Not reached: ${missed.join('; ')}`);
} finally {
  rmSync(folder, { recursive: true });
}
