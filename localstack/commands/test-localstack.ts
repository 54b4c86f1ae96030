import { runVitest } from '../check/run-vitest.ts';
import { addTallies, EMPTY_TALLY, formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { checkHost, prepareHost } from '../host/start-on-host.ts';
import { testPlugins } from '../host/test-plugins.ts';
import { pickWay } from '../localstack.ts';
import { RUNS } from '../paths.ts';
import { createProgress, type Progress } from '../progress.ts';
import { type CommandScope, runCommand } from '../run-command.ts';
import { createRunFolder } from '../run-folder.ts';
import { SetupError, UsageError } from '../setup-error.ts';

const HELP = `Runs integration tests against LocalStack 4.14.0, and the tests of its extensions: of those tests, the ones
of what an emulator does (transactions, queues, topics, forms, streams, the deployment itself). What the product itself decides,
npm test has proved.

Usage: npm run test:localstack [-- --all] [-- --where-possible] [-- --minutes N]

  --all              all integration tests
  --where-possible   if this machine lacks what LocalStack needs, say so and succeed
  --minutes N        break off after so long, installing included, and name the files that had not ended; what has failed by
                     then is a failure

LocalStack is the one at LOCALSTACK_ENDPOINT if that is set, else it runs in Docker if there is Docker, else it is
installed into .emulator and runs as a process, for which Python 3.13, a Java Development Kit and Maven are needed.

Its last line is "N passed, N failed", with ", N skipped" where tests were skipped; each skip says why.`;

/** Where LocalStack could differ from MiniStack: each file with what of an emulator it depends on. */
const OF_EMULATORS: Readonly<Record<string, string>> = {
  'restored-properties': 'what CloudFormation drops',
  'smoke-command': 'the deployed stack as its operator sees it',
  pipeline: 'events of S3, image and JSON bodies through API Gateway, presigned forms',
  queues: 'deliveries, dead letters, filters of topics',
  events: 'streams, topics, retries of their readers',
  ledger: 'transactions of DynamoDB that collide',
  'job-counts': 'the same, over counters',
  idempotency: 'conditional writes',
  'zip-uploads': 'large uploads, many messages, ranged reads',
  'stalled-uploads': 'dead letters, index queries',
  datasets: 'pages of queries',
};

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, {
    help: { type: 'boolean', short: 'h' },
    all: { type: 'boolean' },
    'where-possible': { type: 'boolean' },
    minutes: { type: 'string' },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const endsAt = endOf(values.minutes);
  const lack = findLack();
  if (lack !== undefined) {
    if (values['where-possible'] !== true) throw lack;
    console.log(`skipped: LocalStack (${lack.message})`);
    console.log(formatTally({ ...EMPTY_TALLY, skipped: 1 }));
    return 0;
  }
  const plugins = await testPluginsOnHost(createProgress(), scope);
  process.env.EMULATOR = 'localstack';
  const files = Object.keys(OF_EMULATORS).map((name) => `test/integration/${name}.test.ts`);
  const integration = await runVitest(
    {
      projects: ['integration', 'integration-alone'],
      args: values.all === true ? [] : files,
      endsAt,
    },
    scope,
  );
  const total = addTallies(plugins, integration);
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});

/** @throws UsageError */
function endOf(minutes: string | undefined): Date | undefined {
  if (minutes === undefined) return undefined;
  if (/^[1-9]\d*$/.test(minutes)) return new Date(Date.now() + Number(minutes) * 60_000);
  throw new UsageError(`--minutes must be a whole number above 0, not "${minutes}".`);
}

/** What keeps this machine from running LocalStack at all, where something does. */
function findLack(): SetupError | undefined {
  if (pickWay().name !== 'host') return undefined;
  try {
    checkHost();
    return undefined;
  } catch (error) {
    if (error instanceof SetupError) return error;
    throw error;
  }
}

async function testPluginsOnHost(progress: Progress, scope: CommandScope) {
  if (pickWay().name !== 'host') {
    console.log('skipped: the tests of localstack/executor (LocalStack does not run on this machine itself)');
    return { ...EMPTY_TALLY, skipped: 1 };
  }
  await progress.step('Install localstack, where missing', () => prepareHost(progress));
  const run = createRunFolder(RUNS);
  scope.onEnd(run.end);
  return progress.step('Test its plugins', () => testPlugins(run, progress));
}
