import { createProgress } from '../../../../localstack/progress.ts';
import { runCommand } from '../../../../localstack/run-command.ts';
import { SetupError, UsageError } from '../../../../localstack/setup-error.ts';

const undoing = (name: string) => async () => {
  process.stdout.write(`undone: ${name}\n`);
};

// A command that brings two things up and then ends as its argument says.
await runCommand(async (scope) => {
  const how = process.argv[2];
  scope.onEnd(undoing('first'));
  if (how === 'broken-undo') scope.onEnd(() => Promise.reject(new Error('stuck')));
  scope.onEnd(undoing('second'));
  process.stdout.write('up\n');
  if (how === 'much') process.stdout.write('x'.repeat(5_000_000));
  if (how === 'usage') throw new UsageError('Name a photograph.');
  if (how === 'setup') throw new SetupError('Python is missing.');
  if (how === 'bug') throw new TypeError('nothing is defined');
  if (how === 'interrupted-step') {
    // As a program that is run for it, and ended with all that was brought up.
    const broken = Promise.withResolvers<void>();
    setInterval(() => {}, 60_000);
    scope.onEnd(async () => broken.reject(new SetupError('The program was ended.')));
    await createProgress(process.stderr, scope).step('Deploy', () => broken.promise);
  }
  if (how === 'wait') return scope.untilInterrupted();
  return how === 'return-3' ? 3 : 0;
});
