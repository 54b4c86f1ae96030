import { Command } from 'commander';
import { addAdminCommand } from './admin/admin-command.ts';
import { addAnalyzeCommand } from './analyze/analyze-command.ts';
import { addAccountCommands } from './connection/account-commands.ts';
import { addLoginCommand } from './connection/login-command.ts';
import { addDeployCommands } from './deploy/deploy-command.ts';
import { addDetectCommand } from './detect/detect-command.ts';
import { addModelsCommand } from './models/models-command.ts';
import { addSmokeCommand } from './smoke/smoke-command.ts';

/** The whole tree of commands; docs/cli.md is held to it. */
export function createProgram(): Command {
  const program = new Command('segmentry')
    .description(
      'Finds objects in photographs and videos: on this machine, or by a deployment that you are logged in to. ' +
        'Also looks after deployments.',
    )
    .option('--debug', 'show where in the program a failure came from')
    .showSuggestionAfterError()
    .exitOverride();
  addDetectCommand(program);
  addAnalyzeCommand(program);
  addLoginCommand(program);
  addAccountCommands(program);
  addModelsCommand(program);
  addAdminCommand(program);
  addDeployCommands(program);
  addSmokeCommand(program);
  return program;
}
