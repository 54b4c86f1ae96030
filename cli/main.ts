import { Command, CommanderError } from 'commander';
import { addAdminCommand } from './admin/admin-command.ts';
import { addDeployCommands } from './deploy/deploy-command.ts';
import { addDetectCommand } from './detect/detect-command.ts';
import { explainFailure } from './explain-failure.ts';
import { addModelsCommand } from './models/models-command.ts';
import { addSmokeCommand } from './smoke/smoke-command.ts';
import { UsageError } from './usage-error.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

const program = new Command('segmentry')
  .description(
    'Finds objects in photographs with YOLO models on this machine, and looks after deployed stacks.',
  )
  .option('--debug', 'show where in the program a failure came from')
  .exitOverride();
addDetectCommand(program);
addModelsCommand(program);
addAdminCommand(program);
addDeployCommands(program);
addSmokeCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

function explain(error: unknown): number {
  // Commander has said what was wrong; asking for help is nothing wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof UsageError) {
    console.error(`segmentry: ${error.message}`);
    return EXIT_USAGE;
  }
  if (program.opts().debug) console.error(error);
  const { code, message } = explainFailure(error);
  console.error(`segmentry: ${message} (${code})`);
  return EXIT_FAILURE;
}
