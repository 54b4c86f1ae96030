import { expect, test } from 'vitest';
import { parseUnittest } from '../../../localstack/host/test-plugins.ts';

const output = (last: string, ran = 'Ran 10 tests in 1.234s') =>
  `....\n${'-'.repeat(70)}\n${ran}\n\n${last}\n`;

test.each([
  ['OK', 0, { passed: 10, failed: 0, skipped: 0 }],
  ['OK (skipped=3)', 0, { passed: 7, failed: 0, skipped: 3 }],
  ['FAILED (failures=2)', 1, { passed: 8, failed: 2, skipped: 0 }],
  ['FAILED (failures=1, errors=2, skipped=1)', 1, { passed: 6, failed: 3, skipped: 1 }],
  ['OK', 1, { passed: 9, failed: 1, skipped: 0 }],
])('%s, exit code %i', (last, exitCode, tally) => {
  expect(parseUnittest(output(last), exitCode)).toMatchObject(tally);
});

test('one test', () => {
  expect(parseUnittest(output('OK', 'Ran 1 test in 0.1s'), 0).passed).toBe(1);
});

test('a Python that breaks down before it has counted is a failure', () => {
  expect(parseUnittest('Traceback (most recent call last): …', 1)).toMatchObject({
    passed: 0,
    failed: 1,
    skipped: 0,
  });
});
