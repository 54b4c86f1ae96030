import type { Command, Option } from 'commander';
import { addConnectionOptions } from '../connection/connect.ts';
import { EXIT, EXIT_MEANINGS } from '../exit-codes.ts';
import { addAnalysisOptions } from '../options/add-analysis-options.ts';

/** The part of docs/cli.md that the commands themselves tell: a table a command, the shared options once. */
export function writeReference(program: Command): string {
  const shared = [
    ['Options of every command that asks a deployment', addConnectionOptions(program.createCommand())],
    ['Options that say how images are looked at', addAnalysisOptions(program.createCommand())],
  ] as const;
  const sharedFlags = new Set(shared.flatMap(([, { options }]) => options.map(({ flags }) => flags)));
  return [
    '### Exit codes',
    table(
      'code',
      Object.entries(EXIT).map(([name, code]) => [String(code), EXIT_MEANINGS[name as keyof typeof EXIT]]),
    ),
    ...shared.flatMap(([title, command]) => [`### ${title}`, table('option', command.options.map(toRow))]),
    ...program.commands.flatMap((command) => describe(command, 'segmentry', sharedFlags)),
  ].join('\n\n');
}

function describe(command: Command, parent: string, sharedFlags: ReadonlySet<string>): string[] {
  const path = `${parent} ${command.name()}`;
  const args = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
    return argument.required ? ` <${name}>` : ` [${name}]`;
  });
  const own = command.options.filter(({ flags }) => !sharedFlags.has(flags));
  const isShared = own.length < command.options.length;
  return [
    `### \`${path}${args.join('')}\``,
    command.description(),
    ...(own.length > 0
      ? [table(isShared ? 'option, besides the shared ones' : 'option', own.map(toRow))]
      : []),
    ...command.commands.flatMap((each) => describe(each, path, sharedFlags)),
  ];
}

function toRow(option: Option): [string, string] {
  const { flags, description, defaultValue, defaultValueDescription, argChoices, envVar } = option;
  const more = [
    ...(argChoices === undefined ? [] : [argChoices.join(', ')]),
    ...(defaultValue === undefined || typeof defaultValue === 'boolean'
      ? []
      : [`by default ${defaultValueDescription ?? defaultValue}`]),
    ...(envVar === undefined ? [] : [`or \`${envVar}\``]),
  ];
  return [`\`${flags}\``, [description, ...more].join('; ')];
}

const table = (heading: string, rows: readonly (readonly string[])[]) =>
  [
    `| ${heading} | |`,
    '| --- | --- |',
    ...rows.map((cells) => `| ${cells.map(escapeBars).join(' | ')} |`),
  ].join('\n');

const escapeBars = (text: string) => text.replaceAll('|', '\\|');

const MARK = '<!-- From here on written by `npm run docs:cli`. -->';

/** The page with its last part written anew. */
export const replaceReference = (page: string, program: Command): string =>
  `${page.slice(0, page.indexOf(MARK))}${MARK}\n\n${writeReference(program)}\n`;
