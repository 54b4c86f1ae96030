import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { listCommands } from '../../../cli/completion/list-commands.ts';
import { type Shell, writeScript } from '../../../cli/completion/write-script.ts';
import { createProgram } from '../../../cli/program.ts';
import { needs } from '../../helpers/needs.ts';

// Files are completed where no word fits.
const EMPTY_FOLDER = mkdtempSync(join(tmpdir(), 'segmentry-completion-'));
afterAll(() => rmSync(EMPTY_FOLDER, { recursive: true }));

const commands = listCommands(createProgram());
const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

/** What the shell itself offers for a line that ends where Tab is pressed. */
function complete(shell: Shell, line: string): string[] {
  const words = line.split(' ');
  const script = writeScript(shell, commands);
  const asks: Record<Shell, string> = {
    bash: `${script}\nCOMP_WORDS=(${words.map((word) => `"${word}"`).join(' ')}); COMP_CWORD=${words.length - 1}; _segmentry; printf '%s\\n' "\${COMPREPLY[@]}"`,
    zsh: `compdef() { :; }; compadd() { shift; print -l -- "$@" }; _files() { :; }\n${script}\nwords=(${words.map((word) => `"${word}"`).join(' ')}); CURRENT=${words.length}; _segmentry`,
    fish: `${script}\ncomplete -C '${line}'`,
  };
  const { stdout } = spawnSync(shell, ['-c', asks[shell]], { encoding: 'utf8', cwd: EMPTY_FOLDER });
  return stdout
    .split('\n')
    .map((word) => word.split('\t')[0] ?? '')
    .filter((word) => word !== '' && word.startsWith(words.at(-1) ?? ''));
}

describe.each(['bash', 'zsh', 'fish'] as const)('completion in %s', (shell) => {
  needs(has(shell), `${shell} is`);
  test.each([
    ['segmentry ana', ['analyze']],
    ['segmentry batches c', ['cancel', 'create']],
    ['segmentry jobs --st', ['--status']],
    ['segmentry jobs list --status failed --im', ['--image']],
    ['segmentry completion --de', []],
  ])('%j offers %j', (line, expected) => {
    expect(complete(shell, line).toSorted()).toEqual(expected);
  });
});

test('--json has the script as a field', () => {
  const program = createProgram();
  const lines: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  program.parse(['completion', 'bash', '--json'], { from: 'user' });
  log.mockRestore();
  expect(JSON.parse(String(lines[0]))).toEqual({ shell: 'bash', script: writeScript('bash', commands) });
});
