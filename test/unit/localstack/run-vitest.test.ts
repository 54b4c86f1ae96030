import { afterEach, expect, test, vi } from 'vitest';
import { runVitest } from '../../../localstack/check/run-vitest.ts';

const undos: (() => Promise<void>)[] = [];
const scope = {
  onEnd: (undo: () => Promise<void>) => void undos.push(undo),
  isEnding: () => false,
  untilInterrupted: () => Promise.reject(new Error('Nobody interrupts.')),
};
afterEach(() => Promise.all(undos.splice(0).map((undo) => undo())));

test('what had no time to begin is named, and is no failure', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const run = { projects: ['unit'], args: ['test/unit/helpers/memory-table.test.ts'], endsAt: new Date() };
  expect(await runVitest(run, scope)).toEqual({ passed: 0, failed: 0, skipped: 1, failures: [] });
  expect(log.mock.calls).toEqual([['skipped: unit (the time was up before it had ended)']]);
});
