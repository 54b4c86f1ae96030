import { Command, CommanderError } from 'commander';
import { DomainError } from '../core/domain/entities/errors.ts';
import { addAdminCommand } from './admin/admin-command.ts';
import { addDetectCommand } from './detect/detect-command.ts';
import { addModelsCommand } from './models/models-command.ts';
import { UsageError } from './usage-error.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

const program = new Command('segmentry')
  .description(
    'Finds objects in photographs with YOLO models on this machine, and looks after deployed stacks.',
  )
  .exitOverride();
addDetectCommand(program);
addModelsCommand(program);
addAdminCommand(program);

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
  if (error instanceof DomainError) {
    console.error(`segmentry: ${error.message} (${error.code})`);
    return EXIT_FAILURE;
  }
  console.error(error);
  return EXIT_FAILURE;
}
