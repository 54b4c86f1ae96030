import { Command } from 'commander';
import { addAdminCommand } from './admin/admin-command.ts';
import { addAnalyzeCommand } from './analyze/analyze-command.ts';
import { addBatchesCommand } from './batches/batches-command.ts';
import { addCompletionCommand } from './completion/completion-command.ts';
import { addAccountCommands } from './connection/account-commands.ts';
import { addLoginCommand } from './connection/login-command.ts';
import { addOpenCommand } from './console/open-command.ts';
import { addCostCommand } from './cost/cost-command.ts';
import { addCreditsCommand } from './credits/credits-command.ts';
import { addDatasetsCommand } from './datasets/datasets-command.ts';
import { addDlqCommand } from './dead-letters/dlq-command.ts';
import { addDeployCommands } from './deploy/deploy-command.ts';
import { addDetectCommand } from './detect/detect-command.ts';
import { addJobsCommand } from './jobs/jobs-command.ts';
import { addModelsCommand } from './models/models-command.ts';
import { addSmokeCommand } from './smoke/smoke-command.ts';
import { addWebhooksCommand } from './webhooks/webhooks-command.ts';

/** The whole tree of commands; docs/cli.md is held to it. */
export function createProgram(): Command {
  const program = new Command('segmentry')
    .description(
      'Finds objects in photographs and videos: on this machine, or by a deployment that you are logged in to. ' +
        'Also looks after deployments.',
    )
    .option('--debug', 'show where in the program a failure came from')
    .showSuggestionAfterError()
    .configureHelp({ subcommandDescription: (command) => firstSentence(command.description()) })
    .exitOverride();
  program.commandsGroup('Find objects:');
  addDetectCommand(program);
  addAnalyzeCommand(program);
  program.commandsGroup('A deployment:');
  addLoginCommand(program);
  addAccountCommands(program);
  addJobsCommand(program);
  addBatchesCommand(program);
  addDatasetsCommand(program);
  addModelsCommand(program);
  addCreditsCommand(program);
  addWebhooksCommand(program);
  addOpenCommand(program);
  program.commandsGroup('Look after a deployment:');
  addAdminCommand(program);
  addDeployCommands(program);
  addSmokeCommand(program);
  addDlqCommand(program);
  addCostCommand(program);
  program.commandsGroup('Other:');
  addCompletionCommand(program);
  return program;
}

/** A list of commands has a line for each; `COMMAND --help` says the rest. */
const firstSentence = (text: string) => text.split(/(?<=[.]) /, 1)[0] ?? '';
