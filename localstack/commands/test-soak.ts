import { runVitest } from '../check/run-vitest.ts';
import { formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Runs what takes too long for \`npm test\`, over random numbers at each run: ten times as many transactions that collide,
and 200 jobs whose functions are killed while they are analysed and announced.

Usage: npm run test:soak

Its last line is "N passed, N failed". A test that fails says which seed it had.`;

const FILES = ['test/unit/adapters/dynamodb/records/ledger.test.ts', 'test/integration/chaos.test.ts'];

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, { help: { type: 'boolean', short: 'h' } });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  process.env.SEGMENTRY_SOAK = '1';
  const total = await runVitest({ projects: ['unit', 'soak'], args: FILES }, scope);
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});
