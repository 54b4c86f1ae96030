import { globSync } from 'node:fs';
import { expect, it } from 'vitest';
import { codeOf, readPage, tableOf } from '../../helpers/read-page.ts';

const tests = globSync('test/**/*.test.ts').map((path) => path.replaceAll('\\', '/'));

/** `…/erase-user.test.ts` is short for the one path that ends so; `*` stands for any name. */
function isThere(named: string): boolean {
  const [start = '', end = ''] = named.replace('…', '').split('*');
  return tests.some((path) =>
    named.startsWith('…') ? path.endsWith(start) : path.startsWith(start) && path.endsWith(end),
  );
}

it('each guarantee names tests that there are', () => {
  const rows = tableOf(readPage('guarantees.md'), 'promise', 'the test that holds it');
  expect(rows.length).toBeGreaterThan(20);
  for (const [promise, cell] of rows) {
    const named = codeOf(cell).filter((code) => code.endsWith('.test.ts'));
    expect(named.length, promise).toBeGreaterThan(0);
    expect(named.filter((path) => !isThere(path))).toEqual([]);
  }
});
