import { runChecks } from '../check/run-checks.ts';
import { runVitest } from '../check/run-vitest.ts';
import { addTallies, formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { installEmulator } from '../deploy/bring-up.ts';
import { pickEmulator } from '../pick-emulator.ts';
import { createProgress } from '../progress.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Runs all checks and tests: the checks, the unit and infrastructure tests, the vision
core against reference results, the pipeline under injected faults, and the integration tests against an emulator that it installs, starts, deploys to and takes down.

Usage: npm test

Its last line is "N passed, N failed", with ", N skipped" where tests were skipped; each skip says why.
EMULATOR=… selects another emulator.`;

const PROJECTS = ['unit', 'infra', 'golden', 'faults', 'integration', 'integration-alone'];

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, { help: { type: 'boolean', short: 'h' } });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const progress = createProgress(process.stderr, scope);
  // What is installed comes over the network: that costs no time beside the checks.
  const [checks] = await Promise.all([runChecks(progress), installEmulator(pickEmulator(), progress)]);
  // In one run: what computes fills the cores while the tests of the deployment wait.
  const tests = await runVitest({ projects: PROJECTS }, scope);
  const total = addTallies(checks, tests);
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});
