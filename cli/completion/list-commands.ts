import type { Command } from 'commander';

export interface ListedCommand {
  /** `batches create`; empty for the program itself. */
  readonly path: string;
  readonly description: string;
  readonly subcommands: readonly string[];
  readonly options: readonly string[];
}

/** The tree as a list, every command with what may follow it. */
export function listCommands(command: Command, path = ''): ListedCommand[] {
  const subcommands = command.commands.map((each) => each.name());
  // A command that stands for another where nothing is said takes its options.
  const standIn = (command as { _defaultCommandName?: string })._defaultCommandName;
  const options = [command, command.commands.find((each) => each.name() === standIn)].flatMap((each) =>
    (each?.options ?? []).flatMap(({ long }) => (long === undefined || long === null ? [] : [long])),
  );
  const own = { path, description: command.description(), subcommands, options: [...options, '--help'] };
  return [
    own,
    ...command.commands.flatMap((each) =>
      listCommands(each, path === '' ? each.name() : `${path} ${each.name()}`),
    ),
  ];
}
