import { expect, test } from 'vitest';
import { createProgress } from '../../../localstack/progress.ts';

const CLEAR_LINE = '\r\u001B[K';

function recordProgress({ isTTY }: { isTTY: boolean }) {
  const written: string[] = [];
  return { progress: createProgress({ isTTY, write: (text) => written.push(text) }), written };
}

test('a log gets one plain line a step, with its time', async () => {
  const { progress, written } = recordProgress({ isTTY: false });
  expect(await progress.step('Deploy', async () => 'deployed')).toBe('deployed');
  expect(written).toEqual([expect.stringMatching(/^✓ Deploy +\d+\.\d s\n$/)]);
});

test('a step that fails is marked, and its error goes on', async () => {
  const { progress, written } = recordProgress({ isTTY: false });
  await expect(progress.step('Deploy', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(written).toEqual([expect.stringMatching(/^✗ Deploy/)]);
});

test('a terminal sees all that runs in its last line, and each step above it when it ends', async () => {
  const { progress, written } = recordProgress({ isTTY: true });
  let endFirst = () => {};
  const first = progress.step(
    'Start',
    () =>
      new Promise<void>((resolve) => {
        endFirst = resolve;
      }),
  );
  await progress.step('Bundle', async () => {});
  endFirst();
  await first;
  const lines = written.map((text) => text.replaceAll(/[\d.]+ s/g, 'N s').replaceAll(/ +/g, ' '));
  expect(lines).toEqual(
    ['… Start N s', '… Start N s … Bundle N s', '✓ Bundle N s\n', '… Start N s', '✓ Start N s\n'].map(
      (line) => CLEAR_LINE + line,
    ),
  );
});
