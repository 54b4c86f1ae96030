import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CREDIT_DEFAULTS } from '../../../lib/credits.ts';
import { DEFAULTS } from '../../../lib/default-settings.ts';

const PRESETS: Readonly<Record<string, number | readonly number[]>> = { ...DEFAULTS, ...CREDIT_DEFAULTS };
const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, million: 1e6, billion: 1e9 };
/** Named in megabytes themselves. */
const IN_MB = /Mb$/;

type Told = readonly [setting: string, value: number];

/** Those that are numbers, as they are told. */
function* told(name: string, text: string): Generator<Told> {
  const [, number = '', unit = ''] = /^([\d,]*\d(?:\.\d+)?)(?: (MB|GB|million|billion))?/.exec(text) ?? [];
  if (number === '' || typeof PRESETS[name] !== 'number') return;
  yield [name, Number(number.replaceAll(',', '')) * (IN_MB.test(name) ? 1 : (UNITS[unit] ?? 1))];
}

/** `| setting, setting | default, default |` */
function* toldInTables(page: string): Generator<Told> {
  for (const [, names = '', values = ''] of page.matchAll(/^\| ((?:`\w+`(?:, )?)+) \| ([^|]+) \|/gm)) {
    const cells = values.split(', ');
    for (const [index, name] of names.split(', ').entries())
      yield* told(name.slice(1, -1), cells[index] ?? '');
  }
}

/** The setting, and how much it is. */
function* toldInText(page: string): Generator<Told> {
  for (const [, name = '', value = ''] of page.matchAll(/`(\w+)` ([\d.,]+(?: \w+)?)/g))
    yield* told(name, value);
}

const wrong = (all: readonly Told[]) => all.filter(([name, value]) => PRESETS[name] !== value);
const read = (path: string) => readFileSync(path, 'utf8');

it('the defaults of settings are the same on every page that has a table of some', () => {
  const pages = globSync('docs/*.md').map((path) => [path, [...toldInTables(read(path))]] as const);
  expect(pages.filter(([, all]) => all.length > 2).length).toBeGreaterThan(3);
  expect(pages.flatMap(([path, all]) => wrong(all).map((each) => [path, ...each]))).toEqual([]);
});

it('what is bounded is bounded by the defaults of the settings', () => {
  const [, bounds = ''] = /\n## What is bounded.*?\n(\|.*?)\n\n/s.exec(read('docs/security.md')) ?? [];
  const all = [...toldInText(bounds)];
  expect(all.length).toBeGreaterThan(12);
  expect(wrong(all)).toEqual([]);
});
