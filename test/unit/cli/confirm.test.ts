import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const TERMINAL = fileURLToPath(new URL('../../helpers/pseudo-terminal.py', import.meta.url));
const QUESTION = `
  const { confirm } = await import('./cli/deploy/confirm.ts');
  const { exitCodeOf } = await import('./cli/explain-failure.ts');
  confirm('Deploy?').then(() => console.log('deploying'), (error) => { console.log(error.message); process.exitCode = exitCodeOf(error); });
`;
const node = [process.execPath, '--input-type=module', '--eval', QUESTION] as const;

/** Answers when the question is there, at a terminal. */
async function answer(typed: string) {
  const child = spawn('python3', [TERMINAL, ...node], { stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  child.stdout.on('data', (chunk) => {
    const isAsked = shown.includes('[y/N]');
    shown += chunk;
    if (!isAsked && shown.includes('[y/N]')) child.stdin.write(typed);
  });
  const [status] = await once(child, 'close');
  return { status, shown };
}

it.each([
  ['y\n', 0, 'deploying'],
  ['YES\n', 0, 'deploying'],
  ['n\n', 2, 'Nothing was done.'],
  ['\n', 2, 'Nothing was done.'],
  ['yesterday\n', 2, 'Nothing was done.'],
  ['\x04', 2, 'Nothing was done.'],
  ['\x03', 130, 'Nothing was done.'],
])('typed at a terminal: %j', async (typed, exitCode, words) => {
  const { status, shown } = await answer(typed);
  expect(shown).toContain('Deploy? [y/N]');
  expect(shown).toContain(words);
  expect(status).toBe(exitCode);
});

it('without a terminal it says what to do instead of waiting', () => {
  const [program, ...args] = node;
  const { status, stdout } = spawnSync(program, args, { input: 'y\n', encoding: 'utf8' });
  expect(stdout).toBe('There is nobody to ask: say --yes.\n');
  expect(status).toBe(2);
});
