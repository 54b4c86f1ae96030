import { runVitest } from '../check/run-vitest.ts';
import { formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Runs the long forms of tests of which \`npm test\` runs short ones: random numbers at each run, and many more of them.

Usage: npm run test:soak

Its last line is "N passed, N failed". A test that fails says which seed it had.`;

/** What has a long form: `isSoak` in test/helpers/soak.ts. */
const FILES = ['test/unit/adapters/dynamodb/ledger.test.ts', 'test/integration/chaos.test.ts'];

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, { help: { type: 'boolean', short: 'h' } });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  process.env.SEGMENTRY_SOAK = '1';
  const total = await runVitest({ projects: ['unit', 'integration-alone'], args: FILES }, scope);
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});
