import { Argument, type Command } from 'commander';
import { printDone } from '../terminal/print.ts';
import { listCommands } from './list-commands.ts';
import { SHELLS, type Shell, writeScript } from './write-script.ts';

/** `segmentry completion bash` */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description(
      'Prints what makes a shell complete commands and options. bash: source <(segmentry completion bash); ' +
        'zsh: source <(segmentry completion zsh); fish: segmentry completion fish | source',
    )
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .option('--json', 'print JSON')
    .action((shell: Shell, { json }: { json?: boolean }) => {
      const script = writeScript(shell, listCommands(program));
      printDone(script, { shell, script }, json);
    });
}
