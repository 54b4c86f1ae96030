import { runChecks } from '../check/run-checks.ts';
import { runVitest } from '../check/run-vitest.ts';
import { addTallies, formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { createProgress } from '../progress.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Lints, checks types, imports and unused code, and runs the unit tests and the rules of cdk-nag
on the templates. Needs no emulator.

Usage: npm run check`;

/** The unit tests, and what cdk-nag finds in both stages. */
const CHECKED = { projects: ['unit', 'infra'], args: ['test/unit/', 'test/infra/nag.test.ts'] };

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, { help: { type: 'boolean', short: 'h' } });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const checks = await runChecks(createProgress());
  const total = addTallies(checks, await runVitest(CHECKED, scope));
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});
