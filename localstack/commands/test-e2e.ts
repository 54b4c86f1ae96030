import { runVitest } from '../check/run-vitest.ts';
import { formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Runs the console's tests in a real browser, against an emulator that it installs, starts, deploys to and takes down.
\`npm test\` runs them too.

Usage: npm run test:e2e

Needs Chromium (Debian: apt-get install chromium), or CHROMIUM=PATH. With SCREENSHOTS=DIR it leaves a screenshot of every page there.`;

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, { help: { type: 'boolean', short: 'h' } });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const tally = await runVitest({ projects: ['integration'], args: ['test/e2e'] }, scope);
  console.log(formatTally(tally));
  return tally.failed === 0 ? 0 : 1;
});
