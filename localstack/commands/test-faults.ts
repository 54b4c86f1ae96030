import { randomInt } from 'node:crypto';
import { runVitest } from '../check/run-vitest.ts';
import { formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Plays the pipeline's life again and again in one process, and kills a worker before and after each of its calls to
AWS in turn, with messages that come up to three times and in any order. In the end every upload, job and batch must have
come to one end, and the books, the counts and the objects must say the same.

Usage: npm run test:faults [-- --seed <number>]

  --seed <number>  the order of messages; a random one where left away, and printed

A test that fails says at which call the worker died. npm test kills at every 23rd call.`;

const FILES = ['test/unit/faults'];

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, {
    help: { type: 'boolean', short: 'h' },
    seed: { type: 'string' },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  process.env.FAULTS_SEED = values.seed ?? String(randomInt(2 ** 31));
  process.env.FAULTS_STEP = '1';
  const total = await runVitest({ projects: ['unit'], args: FILES }, scope);
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});
