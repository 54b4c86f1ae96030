import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../../../cli/program.ts';
import { replaceReference } from '../../../cli/reference/write-reference.ts';

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
const program = createProgram();

const withAll = (command: Command): Command[] => [command, ...command.commands.flatMap(withAll)];

test('docs/cli.md says what the commands say: npm run docs:cli writes it anew', () => {
  expect(page).toBe(replaceReference(page, program));
});

test('every command tells what it does, and each option too', () => {
  for (const command of withAll(program)) {
    expect(command.description(), command.name()).toMatch(/[.:)|]|source$/);
    for (const { flags, description } of command.options) expect(description, flags).not.toBe('');
  }
});

test('every command can print JSON', () => {
  const leaves = withAll(program).filter(({ commands }) => commands.length === 0);
  const without = leaves.filter(({ options }) => !options.some(({ long }) => long === '--json'));
  expect(without.map((command) => command.name())).toEqual([]);
});

test('the commands in the examples are there', () => {
  const examples = [...page.matchAll(/^segmentry (?:-- )?([a-z-]+)(?: ([a-z-]+))?/gm)];
  expect(examples.length).toBeGreaterThan(4);
  for (const [, name] of examples) expect(program.commands.map((each) => each.name())).toContain(name);
});
