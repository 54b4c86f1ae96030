import { expect, test } from 'vitest';
import { formatComparison } from '../../../localstack/compare/format-comparison.ts';
import { mergeOutcomes } from '../../../localstack/compare/merge-outcomes.ts';
import { replaceSection } from '../../../localstack/compare/replace-section.ts';

test('every test of either run has a row, below its file, with what came of it on each emulator', () => {
  const table = formatComparison({
    MiniStack: [
      { file: 'b.test.ts', test: 'sends | mail', state: 'passed' },
      { file: 'a.test.ts', test: 'listens', state: 'failed' },
    ],
    LocalStack: [
      { file: 'b.test.ts', test: 'sends | mail', state: 'skipped', reason: 'it has no mail' },
      { file: 'a.test.ts', test: 'sings', state: 'passed' },
    ],
  });
  expect(table.split('\n')).toEqual([
    '| test | MiniStack | LocalStack |',
    '| --- | --- | --- |',
    '| **a.test.ts** | | |',
    '| listens | ✗ | not run |',
    '| sings | not run | ✓ |',
    '| **b.test.ts** | | |',
    '| sends \\| mail | ✓ | skipped: it has no mail |',
    '| **all** | 1 passed, 1 failed, 0 skipped | 1 passed, 0 failed, 1 skipped |',
  ]);
});

test('files that run again take the place of what came of them before', () => {
  const old = { file: 'a.test.ts', test: 'listens', state: 'failed' };
  const other = { file: 'b.test.ts', test: 'sends', state: 'passed' };
  const now = { file: 'a.test.ts', test: 'sings', state: 'passed' };
  expect(mergeOutcomes([old, other], [now])).toEqual([other, now]);
});

test('the part between the marks is replaced, and nothing else', () => {
  const marks = ['<!-- generated: npm run docs:emulators -->', '<!-- end of what is generated -->'];
  const document = `before\n${marks.join('\n\nold\n\n')}\nafter\n`;
  const replaced = replaceSection(document, 'new');
  expect(replaced).toBe(`before\n${marks.join('\n\nnew\n\n')}\nafter\n`);
  expect(replaceSection(replaced, 'new')).toBe(replaced);
  expect(() => replaceSection('no marks', 'new')).toThrow('lacks the marks');
});
