import { randomInt } from 'node:crypto';
import { runVitest } from '../check/run-vitest.ts';
import { formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Makes everything fail that may, and looks whether something is lost, doubled or stuck in the end.

On the emulator: clients send images by all ways, and batches, and repeat, cancel, retry and delete, while a proxy between
functions and the emulator injects time-outs, lost answers, errors, throttles, conflicts and latency, kills workers before
and after calls of each kind, and sends every message several times. The emulator is started again in the middle.
In one process, beside it: a worker is killed before and after each of its calls in turn.

Usage: npm run test:faults [-- --seed <number>] [--jobs <number>] [--minutes <number>]

  --seed <number>  what is injected, and the order of messages; by default a random one, which is printed
  --jobs <number>  about how many jobs are made on the emulator (500)
  --minutes <number>  how long it may take there (15): a slow machine makes fewer jobs, and says so

npm test runs short forms of both.`;

const FILES = ['test/unit/faults', 'test/faults'];
const JOBS = '500';
const MINUTES = '15';

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, {
    help: { type: 'boolean', short: 'h' },
    seed: { type: 'string' },
    jobs: { type: 'string' },
    minutes: { type: 'string' },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  process.env.FAULTS_SEED = values.seed ?? String(randomInt(2 ** 31));
  process.env.FAULTS_JOBS = values.jobs ?? JOBS;
  process.env.FAULTS_MINUTES = values.minutes ?? MINUTES;
  process.env.FAULTS_STEP = '1';
  const total = await runVitest({ projects: ['unit', 'faults'], args: FILES }, scope);
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});
