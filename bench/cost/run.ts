import { writeFileSync } from 'node:fs';
import type { Units } from './meter-writes.ts';
import { IMAGES, playImages, unitsOfOne } from './play-images.ts';

/**
 * `npm run bench:cost`: counts what DynamoDB would charge for the writes of an image, by the items that the code really
 * writes. `segmentry cost` computes with the sums, which a test holds to the table.
 */
const WAYS = ['request', 'zip'] as const;
const counted: [by: (typeof WAYS)[number], units: Units][] = [];
// One after the other: they share the table.
for (const by of WAYS) counted.push([by, await playImages(by)]);

const each = (sum: number) => (sum / IMAGES).toFixed(2);
const sections = counted.map(([by, units]) => {
  const rows = [...units]
    .toSorted(([, one], [, other]) => other.table + other.indexes - one.table - one.indexes)
    .map(
      ([name, { writes, table, indexes }]) =>
        `| \`${name}\` | ${each(writes)} | ${each(table)} | ${each(indexes)} |`,
    );
  return [
    by === 'request' ? '## Each image in a request of its own' : `## ${IMAGES} images in a zip`,
    '',
    '| record | writes | units in the table | units in indexes |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `Together ${unitsOfOne(units).toFixed(2)} write request units an image.`,
    '',
  ].join('\n');
});
const page = [
  '# Write units of an image',
  '',
  'Written by `npm run bench:cost`. Counted, by AWS’s rules, from the very items that the code writes to a table in memory: from an',
  'image to its announced result by one model, whose document takes one kilobyte packed. A kilobyte is one unit, two in a transaction;',
  'each index that holds the record takes one more where what it holds changes, two where it moves. What an `Idempotency-Key` writes',
  'comes on top (two records, about four units), and a larger result two units a kilobyte.',
  '',
  ...sections,
].join('\n');
writeFileSync('bench/results/write-units.md', page);
console.log(page);
